// The loop over executions.
#include "cli/part.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/forwarding.h"

namespace cli {
namespace {

// What a machine counts over its whole life.
struct Counts {
  std::uint64_t steps = 0;
  std::uint64_t abandoned_iterations = 0;
  std::array<std::uint64_t, std::tuple_size_v<decltype(Totals::reached)>> reached{};

  explicit Counts(const sim::Machine& m)
      : steps(m.total_steps), abandoned_iterations(m.abandoned_iterations) {
    std::copy(std::begin(m.reached), std::end(m.reached), reached.begin());
  }
};

// Passes everything on, and sees what had been counted when the question at `depth` was asked.
class PrefixEnd final : public model::Forwarding {
 public:
  PrefixEnd(model::Explorer& inner, const sim::Machine& machine, std::size_t depth)
      : Forwarding(inner), counts(machine), machine_(machine), depth_(depth) {}

  std::uint32_t choose(const model::ChoicePoint& point) override {
    if (asked_++ == depth_) counts = Counts(machine_);
    return inner().choose(point);
  }

  Counts counts;

 private:
  const sim::Machine& machine_;
  std::size_t depth_;
  std::size_t asked_ = 0;
};

class Run {
 public:
  Run(Session& session, bool keep_hashes, const std::function<bool(const Totals&)>& is_over)
      : s_(session), keep_hashes_(keep_hashes), is_over_(is_over), before_(session.machine) {}

  PartReport part(const Task& task) {
    s_.machine.bounds_hit = {};
    if (task.index == 0) before_.reached = {};  // the setup counts, once
    s_.explorer->begin_part(task.part);
    if (s_.auditor) s_.auditor->begin(task.index * model::part_steps);
    loop(task);
    if (!is_ended() && !report_.more) report_.rest = s_.explorer->rest_of_part();
    return finish();
  }
  PartReport whole() {
    before_.reached = {};  // the setup counts
    while (!is_ended() && !is_over()) {
      const auto depth = s_.explorer->next_execution();
      if (!depth) break;
      execute(*depth);
      count();
    }
    return finish();
  }

 private:
  void loop(const Task& task) {
    bool first = true;
    while (!is_ended() && !is_over()) {
      const auto depth = s_.explorer->next_execution();
      if (!depth) return;
      report_.more = totals().counted == task.quota;
      if (report_.more) return;
      if (first) {
        begin(task, *depth);
      } else {
        execute(*depth);
      }
      first = false;
      count();
      if (s_.machine.total_steps - before_.steps >= task.steps) return;
    }
  }

  // The first execution of a part repeats others up to the choice at `depth`: those of the very
  // first part have none before them.
  void begin(const Task& task, std::size_t depth) {
    PrefixEnd prefix(*s_.explorer, s_.machine, depth);
    s_.machine.explorer = &prefix;
    execute(sim::from_the_start);
    s_.machine.explorer = s_.explorer.get();
    if (task.index != 0 && s_.explorer->supports_backtrack()) before_ = prefix.counts;
  }

  bool is_ended() const {
    return report_.violated || !report_.divergence.empty() || !report_.failure.empty();
  }

  void execute(std::size_t depth) {
    Auditor* auditor = s_.auditor.get();
    if (auditor == nullptr) return s_.machine.execute(depth);
    const bool audited = auditor->listens();
    const std::uint64_t steps = s_.machine.total_steps;
    s_.machine.execute(depth);
    auditor->note(s_.machine.hot->steps, s_.machine.total_steps - steps);
    if (!audited) return;
    report_.divergence = auditor->compare();
    if (auditor->error().empty()) {
      totals().audited++;
    } else if (auditor->is_required()) {
      report_.failure = "--audit: " + auditor->error();
    } else {
      fmt::print(stderr, "tricolor: no execution is audited: {}\n", auditor->error());
      s_.auditor.reset();
    }
  }

  void count() {
    ran_ = true;
    const sim::Machine& m = s_.machine;
    totals().hash += m.hot->hash;
    if (keep_hashes_ && totals().hashes.size() < hashes_max) {
      totals().hashes.push_back(m.hot->hash);
    }
    report_.violated = !m.violations.empty();
    if (report_.violated) return;
    const bool is_new = s_.explorer->last_execution_was_new();
    totals().counted += is_new ? 1 : 0;
    if (m.ended == sim::End::blocked) {
      totals().blocked++;
    } else if (m.ended == sim::End::complete && is_new) {
      totals().executions++;
    } else {
      totals().redundant++;
    }
  }

  bool is_over() {
    totals().steps = s_.machine.total_steps - before_.steps;
    report_.stopped = is_over_ && is_over_(totals());
    return report_.stopped;
  }

  PartReport finish() {
    const sim::Machine& m = s_.machine;
    const Counts after(m);
    Totals& t = totals();
    t.steps = after.steps - before_.steps;
    t.blocked += after.abandoned_iterations - before_.abandoned_iterations;
    for (std::size_t i = 0; i < t.reached.size(); i++) {
      t.reached[i] = after.reached[i] - before_.reached[i];
    }
    t.bounds_hit = m.bounds_hit;
    if (ran_) t.choices = m.choices;
    return std::move(report_);
  }

  Totals& totals() { return report_.totals; }

  Session& s_;
  bool keep_hashes_;
  const std::function<bool(const Totals&)>& is_over_;
  Counts before_;
  bool ran_ = false;
  PartReport report_;
};

void append_text(model::Words& words, const std::string& text) {
  model::append_list(words, model::Words(text.begin(), text.end()));
}

std::string text_of(model::WordReader& reader) {
  std::string text;
  for (const std::uint64_t c : reader.list()) text += static_cast<char>(c);
  return text;
}

}  // namespace

model::Words PartReport::words() const {
  model::Words words = {violated, more, stopped};
  append_text(words, divergence);
  append_text(words, failure);
  totals.append_to(words);
  model::append_list(words, rest);
  return words;
}

void PartReport::read(model::WordReader& reader) {
  violated = reader.up_to(1) != 0;
  more = reader.up_to(1) != 0;
  stopped = reader.up_to(1) != 0;
  divergence = text_of(reader);
  failure = text_of(reader);
  totals.read(reader);
  const auto words = reader.list();
  rest.assign(words.begin(), words.end());
}

PartReport run_part(Session& session, const Task& task, bool keep_hashes,
                    const std::function<bool(const Totals&)>& is_over) {
  return Run(session, keep_hashes, is_over).part(task);
}

PartReport run_whole(Session& session, bool keep_hashes,
                     const std::function<bool(const Totals&)>& is_over) {
  return Run(session, keep_hashes, is_over).whole();
}

}  // namespace cli
