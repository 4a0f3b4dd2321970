// The search: sleep sets, and which step is next.
#include "model/dpor.h"

#include <algorithm>
#include <bit>
#include <cassert>

namespace model {

std::span<const Sleeper> Dpor::asleep_at(std::uint32_t node) const {
  const std::size_t end = node + 1 < nodes_.size() ? nodes_[node + 1].asleep : asleep_.size();
  return std::span(asleep_).subspan(nodes_[node].asleep, end - nodes_[node].asleep);
}

std::span<const StepAnswer> Dpor::answers_of(std::uint32_t step) const {
  const std::size_t end = step + 1 < done_.size() ? done_[step + 1].answers : answers_.size();
  return std::span(answers_).subspan(done_[step].answers, end - done_[step].answers);
}

// Stays with the running thread if it can; buffers drain last.
std::uint32_t Dpor::pick_awake(const ChoicePoint& point) {
  const auto is_awake = [&](std::uint32_t option) {
    return now_.empty() || !trees_.is_asleep(now_, actor_of(point, option), ValuePaths::empty);
  };
  if (point.current >= 0) {
    const auto current = static_cast<std::uint32_t>(point.current);
    if (is_awake(current)) return current;
  }
  for (std::uint32_t option = 0; option < point.options; option++) {
    if (is_awake(option)) return option;
  }
  return abandon;
}

void Dpor::take(const WakeupTrees::Branch& branch) {
  taken_ = branch;
  guided_ = true;
  guide_ = branch.branches;
}

void Dpor::lose_guide() {
  broken_++;
  trees_.release(guide_);
  guide_ = none;
  guided_ = false;
}

// The next step is the actor's, since nobody else can move: takes its branch of the wake-up tree.
void Dpor::follow(std::uint32_t actor) {
  guided_ = false;
  if (guide_ == none) return;
  std::uint32_t list = guide_;
  const WakeupTrees::Branch branch = trees_.take_first(&list);
  if (branch.actor != actor || list != none) {
    guide_ = list;
    trees_.release(branch.branches);
    return lose_guide();
  }
  take(branch);
}

void Dpor::add_node(const ChoicePoint& point, std::uint32_t actor, std::uint32_t wanted) {
  const bool alone = point.kind != ChoiceKind::schedule;
  nodes_.push_back({order_.size(), actor, wanted, static_cast<std::uint32_t>(asleep_.size()),
                    choices_, alone, false, alone ? 0 : point.ready, point.drains, questions_,
                    ValuePaths::empty});
  asleep_.insert(asleep_.end(), now_.begin(), now_.end());
}

std::uint32_t Dpor::choose(const ChoicePoint& point) {
  std::uint32_t option = abandon;
  if (!abandoned_) {
    option = point.kind == ChoiceKind::schedule ? choose_actor(point) : choose_value(point);
  }
  abandoned_ = option == abandon;
  choices_++;
  if (to_repeat_ == 0) questions_++;
  return option;
}

std::uint32_t Dpor::choose_actor(const ChoicePoint& point) {
  values_ = ValuePaths::empty;
  if (to_repeat_ != 0) return repeat_actor(point);
  if (resumes_) {
    resumes_ = false;
    const std::uint32_t option = option_of(point, nodes_.back().actor);
    if (option != no_option) return option;
    broken_++;
    return abandon;
  }
  guided_ = false;
  if (order_.size() >= steps_max_) {
    steps_hit_ = true;
    return abandon;
  }
  std::uint32_t wanted = none;
  std::uint32_t option = no_option;
  if (guide_ != none) {
    std::uint32_t list = guide_;
    const WakeupTrees::Branch branch = trees_.take_first(&list);
    option = option_of(point, branch.actor);
    if (option == no_option) {
      guide_ = list;
      trees_.release(branch.branches);
      lose_guide();
    } else {
      wanted = list;
      take(branch);
    }
  }
  if (option == no_option) option = pick_awake(point);
  if (option == abandon) {
    redundant_ = true;
    return abandon;
  }
  add_node(point, actor_of(point, option), wanted);
  return option;
}

std::uint32_t Dpor::choose_value(const ChoicePoint& point) {
  const auto actor = static_cast<std::uint32_t>(std::countr_zero(point.ready));
  const bool is_new = !is_asked();
  resumes_ = false;
  if (is_new) {
    values_ = ValuePaths::empty;
    if (to_repeat_ == 0) {
      follow(actor);
      add_node(point, actor, none);
    } else if (!repeat_node(point, actor)) {
      return abandon;
    }
  }
  const std::uint32_t length = trees_.paths.length(values_);
  if (guided_ && trees_.paths.length(taken_.values) > length) {
    const std::uint32_t answer = trees_.paths.prefix(taken_.values, length + 1);
    if (trees_.paths.options(answer) == point.options) {
      values_ = answer;
      return trees_.paths.chosen(answer);
    }
    lose_guide();
  }
  for (std::uint32_t option = 0; option < point.options; option++) {
    const std::uint32_t values = trees_.paths.extend(values_, option, point.options);
    if (!now_.empty() && trees_.is_asleep(now_, actor, values)) continue;
    values_ = values;
    return option;
  }
  redundant_ = true;
  return abandon;
}

// Each question of the step has to be answered in all ways.
void Dpor::want_other_answers(Node& node, const Step& step) {
  const auto sleepers = asleep_at(static_cast<std::uint32_t>(nodes_.size()) - 1);
  std::uint32_t length = 0;
  for (const StepAnswer& answer : step.answers) {
    const std::uint32_t before = trees_.paths.prefix(values_, length++);
    for (std::uint32_t option = answer.options; option-- > 0;) {
      if (option == answer.chosen) continue;
      trees_.insert_first(&node.wanted, sleepers,
                          {step.actor, trees_.paths.extend(before, option, answer.options), true,
                           step.accesses.first(answer.accesses)});
    }
  }
}

// Everybody who could have moved instead has to.
void Dpor::want_others(Node& node) {
  if (node.has_all) return;
  node.has_all = true;
  const auto sleepers = asleep_at(static_cast<std::uint32_t>(nodes_.size()) - 1);
  const auto want = [&](std::uint32_t actor) {
    if (actor == node.actor || trees_.is_asleep(sleepers, actor, ValuePaths::empty)) return;
    trees_.append(&node.wanted, actor);
  };
  for (std::uint64_t rest = node.ready; rest != 0; rest &= rest - 1) {
    want(static_cast<std::uint32_t>(std::countr_zero(rest)));
  }
  for (std::uint64_t rest = node.drains; rest != 0; rest &= rest - 1) {
    want(first_buffer + static_cast<std::uint32_t>(std::countr_zero(rest)));
  }
}

// The end of a sequence was put there with what its last step was thought to touch. If it touches
// more, sequences were left out that it does not cover.
void Dpor::check_prediction(Node& node, const Step& step) {
  if (taken_.open || !taken_.footprint.is_complete()) return;
  const auto predicted = taken_.footprint.accesses();
  const bool is_right =
      std::all_of(step.accesses.begin(), step.accesses.end(), [&](const Access& a) {
        return std::find(predicted.begin(), predicted.end(), a) != predicted.end();
      });
  if (!is_right) want_others(node);
}

void Dpor::on_step(const Step& step) {
  if (abandoned_) return;  // in the middle of it
  const bool asked = is_asked();
  if (!asked) {
    values_ = ValuePaths::empty;
    follow(step.actor);
  }
  done_.push_back({asked ? static_cast<std::uint32_t>(nodes_.size() - 1 - to_repeat_) : none,
                   values_, static_cast<std::uint32_t>(answers_.size())});
  answers_.insert(answers_.end(), step.answers.begin(), step.answers.end());
  order_.push(step);
  if (to_repeat_ != 0) return;
  if (asked) {
    Node& node = nodes_.back();
    if (!node.alone && guided_ && taken_.branches == none) check_prediction(node, step);
    if (!step.answers.empty()) want_other_answers(node, step);
    if (is_with_all(step.accesses)) want_others(node);
  }
  const auto wakes = [&](const Sleeper& s) {
    if (s.actor == step.actor && s.values == values_) redundant_ = true;
    return s.actor == step.actor || s.footprint.conflicts_with(step.accesses);
  };
  now_.erase(std::remove_if(now_.begin(), now_.end(), wakes), now_.end());
}

// Moves to the deepest node that has something left; false if there is none.
bool Dpor::go_back() {
  while (!nodes_.empty()) {
    Node& node = nodes_.back();
    if (node.step < order_.size()) {
      // What was just explored sleeps from now on.
      const Done& done = done_[node.step];
      asleep_.push_back({node.actor, done.values, Footprint(order_.accesses(node.step))});
      answers_.resize(done.answers);
      done_.resize(node.step);
      order_.truncate(node.step);
    }
    const auto sleepers = asleep_at(static_cast<std::uint32_t>(nodes_.size()) - 1);
    while (node.wanted != none && !trees_.prune_first(&node.wanted, sleepers)) continue;
    if (node.wanted != none && may_go_on(node)) return true;
    if (nodes_.size() == floor_ + 1) return false;  // others may want something there
    asleep_.resize(node.asleep);
    nodes_.pop_back();
  }
  return false;
}

// Where a step sleeps, sequences from below it may still be wanted until all of that is explored.
bool Dpor::may_go_on(const Node& node) const {
  return nodes_.size() != floor_ + 1 || trees_.first_wakes(node.wanted, busy_);
}

// The next execution takes the first branch of the last node.
WakeupTrees::Branch Dpor::take_first(Node& node) {
  const WakeupTrees::Branch branch = trees_.take_first(&node.wanted);
  node.actor = branch.actor;
  return branch;
}

// The next step is the first that was not executed before.
void Dpor::go_on_from(const Node& node, const WakeupTrees::Branch& branch) {
  const auto sleepers = asleep_at(static_cast<std::uint32_t>(nodes_.size()) - 1);
  take(branch);
  now_.assign(sleepers.begin(), sleepers.end());
  fresh_ = node.step;
  choices_ = node.choices;
  values_ = ValuePaths::empty;
}

std::optional<std::size_t> Dpor::next_execution() {
  redundant_ = abandoned_ = false;
  if (!started_) {
    started_ = true;
    executions_ = 1;
    return 0;
  }
  if (begins_) {
    begins_ = false;
    resumed_ = take_first(nodes_.back());
    return nodes_.back().choices;
  }
  trees_.release(guide_);
  guide_ = none;
  turn_races_round();
  if (!go_back()) return std::nullopt;
  // Only now: a limit that equals the size of the search was not hit.
  if (executions_ == executions_max_) {
    limit_hit_ = true;
    return std::nullopt;
  }
  executions_++;
  Node& node = nodes_.back();
  go_on_from(node, take_first(node));
  resumes_ = true;
  return node.choices;
}

Coverage Dpor::coverage() const {
  if (limit_hit_ || broken_ != 0) return Coverage::inconclusive;
  return steps_hit_ || cut_ ? Coverage::bounded : Coverage::exhausted;
}

std::vector<std::string> Dpor::limits() const {
  std::vector<std::string> hit;
  if (limit_hit_) hit.push_back("executions_max=" + std::to_string(executions_max_));
  if (steps_hit_) hit.push_back("steps_max=" + std::to_string(steps_max_));
  if (broken_ != 0)
    hit.push_back("sequences that could not be followed: " + std::to_string(broken_));
  return hit;
}

}  // namespace model
