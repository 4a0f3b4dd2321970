// Runs, and from their logs to plans and keys.
#include "cli/rerun.h"

#include <bit>
#include <map>

namespace cli {

// Notes where each question of another explorer is asked.
struct Rerun::Marking final : model::Explorer {
  Marking(Rerun& r, model::Explorer& e) : rerun(r), inner(e) {}
  std::optional<std::size_t> next_execution() override { return inner.next_execution(); }
  std::uint32_t choose(const model::ChoicePoint& point) override {
    const std::uint32_t chosen = inner.choose(point);
    const std::uint32_t thread = point.kind == model::ChoiceKind::schedule
                                     ? thread_of(point, chosen)
                                     : rerun.machine().current();
    rerun.marks_.push_back({rerun.step_count(), static_cast<std::uint8_t>(thread)});
    return chosen;
  }
  static std::uint32_t thread_of(const model::ChoicePoint& point, std::uint32_t option) {
    const bool drain = option >= point.drains_from;
    std::uint64_t set = drain ? point.drains : point.ready;
    for (option -= drain ? point.drains_from : 0; option-- > 0;) set &= set - 1;
    return static_cast<std::uint32_t>(std::countr_zero(set));
  }
  model::Coverage coverage() const override { return inner.coverage(); }

  Rerun& rerun;
  model::Explorer& inner;
};

std::string Rerun::set_up(const Options& options) {
  Options o = options;
  o.explorer = "replay";  // one that takes no snapshots; every run brings its own
  o.record = true;
  o.output.clear();
  const std::string error = session_.set_up(o, {});
  if (!error.empty()) return error;
  fails_in_setup_ = !session_.machine.violations.empty();
  names_ = std::make_unique<ObjectNames>(session_.machine, session_.shadow.runtime);
  know_objects({""});
  return "";
}

void Rerun::know_objects(const std::vector<std::string>& objects) {
  objects_.clear();
  index_of_.clear();
  index_of_place_.clear();
  for (const std::string& name : objects) {
    index_of_.emplace(name, static_cast<std::uint32_t>(objects_.size()));
    objects_.push_back(name);
  }
}

void Rerun::run(model::Explorer& explorer) {
  executions_++;
  marks_.clear();
  occurrences_ = {};
  if (fails_in_setup_) return;
  sim::Machine& m = session_.machine;
  m.violations.clear();
  m.race_stack.clear();
  m.race = {};
  Marking marking(*this, explorer);
  m.explorer = &marking;
  m.execute(0);
  m.explorer = nullptr;
}

bool Rerun::violates(const std::string& invariant) const {
  const auto& violations = session_.machine.violations;
  return !violations.empty() && violations[0].invariant == invariant;
}

std::uint32_t Rerun::object_of(const sim::StepRecord& step) {
  // System calls are numbers, below any address.
  const auto known = index_of_place_.find(step.address);
  if (known != index_of_place_.end()) return known->second;
  std::string name = names_->of(step);
  const auto [at, is_new] =
      index_of_.emplace(std::move(name), static_cast<std::uint32_t>(objects_.size()));
  if (is_new) objects_.push_back(at->first);
  index_of_place_.emplace(step.address, at->second);
  return at->second;
}

traces::Step Rerun::step(std::size_t index, bool with_key) {
  const sim::StepRecord& s = session_.machine.step_log[index];
  traces::Step step;
  step.key.thread = static_cast<std::uint8_t>(s.thread);
  step.drain = s.operation == sim::Operation::drain;
  if (!with_key) return step;
  step.key.operation = static_cast<std::uint8_t>(s.operation);
  step.key.object = object_of(s);
  step.key.occurrence = occurrences_.next(step.key);
  return step;
}

std::vector<traces::Step> Rerun::keyed_steps() {
  occurrences_ = {};
  std::vector<traces::Step> steps;
  for (std::size_t i = 0; i < step_count(); i++) steps.push_back(step(i, true));
  return steps;
}

std::vector<traces::Answer> Rerun::answers() const {
  std::vector<traces::Answer> answers;
  std::map<std::pair<std::uint8_t, model::ChoiceKind>, std::uint32_t> asked;
  const auto& choices = session_.machine.choices;
  for (std::size_t i = 0; i < marks_.size(); i++) {
    if (choices[i].kind == model::ChoiceKind::schedule) continue;
    const std::uint8_t thread = marks_[i].thread;
    const std::uint32_t occurrence = asked[{thread, choices[i].kind}]++;
    if (choices[i].chosen == 0) continue;
    answers.push_back({thread, choices[i].kind, occurrence, choices[i].chosen});
  }
  return answers;
}

traces::Plan Rerun::plan(bool by_key) {
  if (by_key) return plan_of(keyed_steps(), answers(), true);
  std::vector<traces::Step> steps;
  for (std::size_t i = 0; i < step_count(); i++) steps.push_back(step(i, false));
  return plan_of(steps, answers());
}

traces::Cost Rerun::cost() const {
  const sim::Machine& m = session_.machine;
  traces::Cost cost;
  cost.switches = m.hot->context_switches;
  cost.answers = static_cast<std::uint32_t>(answers().size());
  for (const sim::StepRecord& s : m.step_log) {
    if (s.operation == sim::Operation::drain) cost.drains++;
  }
  cost.steps = m.hot->steps;
  return cost;
}

traces::Attempt Rerun::attempt(const traces::Plan& plan_to_follow, const std::string& invariant) {
  traces::Guide guide(*this, plan_to_follow);
  run(guide);
  traces::Attempt attempt;
  attempt.fails = violates(invariant);
  if (!attempt.fails) return attempt;
  attempt.cost = cost();
  attempt.plan = plan(false);
  return attempt;
}

Recording Rerun::recording() {
  const sim::Machine& m = session_.machine;
  Recording r;
  r.choices = m.choices;
  r.choices.resize(marks_.size());
  r.steps = m.step_log;
  r.violations = m.violations;
  r.hash = m.hot->hash;
  for (const sim::EventRecord& e : m.log) {
    r.events.push_back({e.kind, static_cast<std::uint8_t>(e.thread), m.name_of(e.a), m.name_of(e.b),
                        m.name_of(e.c)});
    r.event_steps.push_back(e.step);
  }
  const std::vector<traces::Step> steps = keyed_steps();
  std::map<std::pair<std::uint8_t, model::ChoiceKind>, std::uint32_t> asked;
  for (std::size_t i = 0; i < marks_.size(); i++) {
    const Mark& mark = marks_[i];
    traces::StepKey key{mark.thread, 0, 0, 0};
    if (r.choices[i].kind == model::ChoiceKind::schedule) {
      if (mark.steps < steps.size() && steps[mark.steps].key.thread == mark.thread) {
        key = steps[mark.steps].key;
      }
    } else {
      if (mark.steps > 0) key.object = steps[mark.steps - 1].key.object;
      key.occurrence = asked[{mark.thread, r.choices[i].kind}]++;
    }
    r.keys.push_back(key);
  }
  return r;
}

}  // namespace cli
