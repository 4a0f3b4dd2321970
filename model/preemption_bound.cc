// Rounds of depth-first search under a growing bound on preemptions.
#include "model/preemption_bound.h"

#include <cassert>

namespace model {

bool PreemptionBound::preempts(const Node& node, std::uint32_t option) {
  return node.choice.kind == ChoiceKind::schedule && node.current >= 0 &&
         option != static_cast<std::uint32_t>(node.current) && option < node.drains_from;
}

bool PreemptionBound::advance(Node& node, std::uint32_t from) {
  for (std::uint32_t option = from; option < node.choice.options; ++option) {
    if (node.used == bound_ && preempts(node, option)) {
      cut_ = true;
      continue;
    }
    node.choice.chosen = option;
    return true;
  }
  return false;
}

bool PreemptionBound::start_next_round() {
  if (!cut_ || bound_ == bound_max_) return false;
  ++bound_;
  cut_ = false;
  return true;
}

std::optional<std::size_t> PreemptionBound::next_execution() {
  if (!started_) {
    started_ = true;
    return 0;
  }
  if (!divergence_ && cursor_ < path_.size()) {
    divergence_ = Divergence{cursor_, path_[cursor_].choice, std::nullopt};
  }
  if (divergence_) return std::nullopt;
  if (last_execution_was_new()) ++executions_;

  while (!path_.empty() && !advance(path_.back(), path_.back().choice.chosen + 1)) {
    path_.pop_back();
  }
  if (path_.empty() && !start_next_round()) return std::nullopt;
  // Only now: a limit that equals what there is to see was not hit.
  if (executions_max_ != 0 && executions_ >= executions_max_) {
    limit_hit_ = true;
    return std::nullopt;
  }
  cursor_ = path_.empty() ? 0 : path_.size() - 1;
  used_ = 0;  // every node of the path knows its own; the next question sets it
  return cursor_;
}

std::uint32_t PreemptionBound::choose(const ChoicePoint& point) {
  assert(point.options >= 2);
  if (divergence_) return default_answer(point);
  if (cursor_ == path_.size()) {
    const bool has_drains = point.drains_from > 0 && point.drains_from < point.options;
    Node node{{point.kind, 0, point.options},
              point.current,
              has_drains ? point.drains_from : point.options,
              used_};
    // `current` itself costs nothing, so there always is an option that the bound allows.
    const bool allowed = advance(node, 0);
    assert(allowed);
    static_cast<void>(allowed);
    path_.push_back(node);
  } else {
    divergence_ = compare(cursor_, path_[cursor_].choice, point);
    if (divergence_) return default_answer(point);
  }
  const Node& node = path_[cursor_++];
  used_ = node.used + (preempts(node, node.choice.chosen) ? 1 : 0);
  return node.choice.chosen;
}

Coverage PreemptionBound::coverage() const {
  if (limit_hit_ || divergence_) return Coverage::inconclusive;
  return cut_ ? Coverage::bounded : Coverage::exhausted;
}

std::vector<std::string> PreemptionBound::limits() const {
  std::vector<std::string> hit;
  if (limit_hit_) hit.push_back("executions_max=" + std::to_string(executions_max_));
  if (cut_ && !limit_hit_) hit.push_back("preemptions=" + std::to_string(bound_max_));
  return hit;
}

}  // namespace model
