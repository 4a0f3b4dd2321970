// Interpolates between the failing execution and a passing one, and compares the two.
#include "cli/explanation.h"

#include <fmt/format.h>
#include <sys/syscall.h>

#include <algorithm>
#include <map>

#include "cli/missing_order.h"
#include "model/divergence.h"
#include "model/replay.h"
#include "traces/past.h"

namespace cli {
namespace {

// The first `kept` choices of a record, then one other answer, if any, then the default.
class Interpolation final : public model::Explorer {
 public:
  Interpolation(const std::vector<model::Choice>& choices, std::size_t kept,
                std::optional<std::uint32_t> then)
      : choices_(choices), kept_(kept), then_(then) {}
  std::optional<std::size_t> next_execution() override { return 0; }
  std::uint32_t choose(const model::ChoicePoint& point) override {
    const std::size_t depth = depth_++;
    if (depth < kept_) return std::min(choices_[depth].chosen, point.options - 1);
    if (depth == kept_ && then_) return std::min(*then_, point.options - 1);
    return model::default_answer(point);
  }
  model::Coverage coverage() const override { return model::Coverage::sampled; }

 private:
  const std::vector<model::Choice>& choices_;
  std::size_t kept_;
  std::optional<std::uint32_t> then_;
  std::size_t depth_ = 0;
};

traces::Footprint footprint_of(const sim::StepRecord& s) {
  traces::Footprint f{static_cast<std::uint8_t>(s.thread), s.address, s.bytes, false};
  switch (s.operation) {
    case sim::Operation::store:
    case sim::Operation::rmw:
    case sim::Operation::drain:
      f.writes = true;
      break;
    case sim::Operation::system_call:
      // Waits and wake-ups meet at the word that they are about.
      f.writes = s.address == SYS_futex;
      f.address = f.writes ? s.value : 0;
      f.bytes = f.writes ? 4 : 0;
      break;
    default:
      break;
  }
  return f;
}

class Explainer {
 public:
  Explainer(const Options& options, std::string invariant) : options_(options) {
    e_.invariant = std::move(invariant);
  }

  Explanation explain(const std::vector<model::Choice>& choices) {
    e_.error = rerun_.set_up(options_);
    if (!e_.error.empty()) return std::move(e_);
    Interpolation whole(choices, choices.size(), std::nullopt);
    rerun_.run(whole);
    if (!rerun_.violates(e_.invariant)) {
      e_.error = "the execution does not repeat: it does not violate " + e_.invariant;
      return std::move(e_);
    }
    failing_ = rerun_.recording();
    failing_keys_ = keys();
    e_.context_switches = rerun_.cost().switches;
    find_passing();
    if (e_.passing_found) compare();
    tell_past();
    tell_objects();
    e_.message = failing_.violations[0].message;
    e_.threads = rerun_.machine().options.threads;
    e_.steps_total = failing_.steps.size();
    e_.missing = missing_order(e_.invariant, options_);
    return std::move(e_);
  }

 private:
  std::vector<traces::StepKey> keys() {
    std::vector<traces::StepKey> keys;
    for (const traces::KeyedStep& s : rerun_.plan(true).steps) keys.push_back(s.key);
    // Drains are no steps of the plan; they are numbered for each thread.
    std::vector<traces::StepKey> all;
    std::map<std::uint32_t, std::uint32_t> drained;
    std::size_t next = 0;
    for (const sim::StepRecord& s : rerun_.machine().step_log) {
      const bool drain = s.operation == sim::Operation::drain;
      const auto operation = static_cast<std::uint8_t>(s.operation);
      const auto thread = static_cast<std::uint8_t>(s.thread);
      all.push_back(drain ? traces::StepKey{thread, operation, 0, drained[thread]++}
                          : keys[next++]);
    }
    return all;
  }

  bool passes(std::size_t kept, std::optional<std::uint32_t> then) {
    if (rerun_.executions() > explain_executions_max) {
      e_.limits = {fmt::format("explain_executions={}", explain_executions_max)};
      return false;
    }
    Interpolation explorer(failing_.choices, kept, then);
    rerun_.run(explorer);
    if (!rerun_.machine().violations.empty()) return false;
    passing_ = rerun_.recording();
    passing_keys_ = keys();
    return true;
  }

  // Binary search for the number of decisions after which the default comes too late. Where the
  // default fails from the start, the last decision of which another answer passes.
  void find_passing() {
    const std::size_t n = failing_.choices.size();
    e_.decisions = n;
    std::size_t passing = 0, fails = n;
    if (n > 0 && passes(0, std::nullopt)) {
      while (fails - passing > 1) {
        const std::size_t middle = passing + (fails - passing) / 2;
        (passes(middle, std::nullopt) ? passing : fails) = middle;
      }
      e_.passing_found = passes(passing, std::nullopt);
    }
    for (std::size_t kept = n; kept-- > 0 && !e_.passing_found && e_.limits.empty();) {
      for (std::uint32_t other = 0; other < failing_.choices[kept].options; other++) {
        if (other == failing_.choices[kept].chosen || !passes(kept, other)) continue;
        e_.passing_found = true;
        passing = kept;
        break;
      }
    }
    if (!e_.passing_found) return;
    e_.decision = passing + 1;
    e_.chosen = failing_.keys[passing].thread;
    e_.instead = passing < passing_.keys.size() ? passing_.keys[passing].thread : e_.chosen;
  }

  ExplainedStep explained(std::size_t i) const {
    const sim::StepRecord& s = failing_.steps[i];
    ExplainedStep step;
    step.number = i + 1;
    step.thread = s.thread;
    step.operation = sim::name_of(s.operation);
    step.object = rerun_.names().of(s);
    step.has_value = s.bytes != 0 && s.operation != sim::Operation::wake;
    step.value = s.value;
    step.pc = s.pc;
    return step;
  }

  // The first conflict after the two executions part whose order is the other way round in the
  // passing one; if there is none, the first one that the passing execution has not.
  void compare() {
    const auto& a = failing_keys_;
    const auto& b = passing_keys_;
    std::size_t parts = 0;
    while (parts < a.size() && parts < b.size() && a[parts] == b[parts]) parts++;
    e_.parts_at = parts + 1;
    std::map<traces::StepKey, std::size_t> place;
    for (std::size_t i = 0; i < b.size(); i++) place.emplace(b[i], i);
    std::vector<traces::Footprint> steps;
    for (const sim::StepRecord& s : failing_.steps) steps.push_back(footprint_of(s));
    const std::size_t end = std::min(steps.size(), parts + explained_steps_max);
    std::optional<std::pair<std::size_t, std::size_t>> fallback;
    for (std::size_t j = parts; j < end; j++) {
      // Per step only those after the parting can have changed places with it.
      for (std::size_t i = j; i-- > parts;) {
        if (!traces::conflict(steps[i], steps[j])) continue;
        const auto x = place.find(a[i]), y = place.find(a[j]);
        if (x != place.end() && y != place.end()) {
          if (x->second > y->second) return set_pair(i, j, x->second, y->second);
        } else if (!fallback) {
          fallback = {i, j};
        }
        break;
      }
    }
    if (fallback) set_pair(fallback->first, fallback->second, std::nullopt, std::nullopt);
  }

  void set_pair(std::size_t i, std::size_t j, std::optional<std::size_t> x,
                std::optional<std::size_t> y) {
    DecisivePair pair{explained(i), explained(j), x && y, {}, {}};
    if (x) pair.passing_value_of_first = passing_.steps[*x].value;
    if (y) pair.passing_value_of_second = passing_.steps[*y].value;
    e_.pair = std::move(pair);
  }

  // Steps that meet another thread's, the decisive ones, and the last; nearest the violation first.
  void tell_past() {
    const std::size_t total = failing_.steps.size();
    const std::size_t skipped = total > explained_steps_max ? total - explained_steps_max : 0;
    if (skipped != 0) e_.limits.push_back(fmt::format("explained_steps={}", explained_steps_max));
    std::vector<traces::Footprint> steps;
    for (std::size_t i = skipped; i < total; i++) steps.push_back(footprint_of(failing_.steps[i]));
    if (steps.empty()) return;
    const traces::CausalOrder order = traces::causal_order(steps);
    const std::size_t last = steps.size() - 1;
    const auto is_decisive = [&](std::size_t i) {
      const std::size_t number = i + skipped + 1;
      return e_.pair && (e_.pair->first.number == number || e_.pair->second.number == number);
    };
    std::vector<bool> past(steps.size()), meets(steps.size());
    for (std::size_t i = 0; i < steps.size(); i++) {
      past[i] = order.is_before(steps, i, last) || is_decisive(i);
      e_.past_total += past[i] ? 1 : 0;
      if (!past[i] || order.depends_on[i] < 0) continue;
      meets[i] = true;
      meets[static_cast<std::size_t>(order.depends_on[i])] = true;
    }
    std::vector<std::size_t> shown;
    for (std::size_t i = steps.size(); i-- > 0;) {
      const bool wanted = i == last || is_decisive(i) || (past[i] && meets[i]);
      const std::size_t room = explained_steps_shown_max - (i == last || is_decisive(i) ? 0 : 2);
      if (wanted && shown.size() < room) shown.push_back(i);
    }
    for (auto at = shown.rbegin(); at != shown.rend(); ++at) {
      ExplainedStep step = explained(*at + skipped);
      if (order.depends_on[*at] >= 0) {
        step.depends_on = static_cast<std::size_t>(order.depends_on[*at]) + skipped + 1;
      }
      step.decisive = is_decisive(*at);
      e_.shown.push_back(std::move(step));
    }
  }

  // Of objects whose colour changed after the executions parted, or is another in the passing one.
  void tell_objects() {
    if (!e_.passing_found) return;
    const auto& steps = failing_.event_steps;
    const auto until = std::upper_bound(steps.begin(), steps.end(), e_.parts_at) - steps.begin();
    const std::span events(failing_.events);
    const auto before = colours_after(events.first(static_cast<std::size_t>(until)));
    const auto after = colours_after(events);
    const auto passing = colours_after(passing_.events);
    for (const auto& [address, colour] : after) {
      const auto old = before.find(address);
      const auto other = passing.find(address);
      ExplainedObject object{address, old == before.end() ? Colour::white : old->second, colour,
                             std::nullopt};
      if (other != passing.end()) object.passing = other->second;
      if (object.before == colour && (!object.passing || *object.passing == colour)) continue;
      if (e_.objects.size() == explained_objects_max) {
        e_.limits.push_back(fmt::format("explained_objects={}", explained_objects_max));
        return;
      }
      e_.objects.push_back(object);
    }
  }

  const Options& options_;
  Rerun rerun_;
  Recording failing_, passing_;
  std::vector<traces::StepKey> failing_keys_, passing_keys_;
  Explanation e_;
};

}  // namespace

Explanation explain_failure(const Options& options, const std::vector<model::Choice>& choices,
                            const std::string& invariant) {
  return Explainer(options, invariant).explain(choices);
}

}  // namespace cli
