// Rounds of depth-first search under a growing bound, with and without reduction.
#include "model/bounded_search.h"

#include <algorithm>
#include <cassert>

namespace model {
namespace {

// Going on with the running thread, or with a store of its buffer, can be put before what others
// do meanwhile: no switch is added. Drains are nobody's turn.
bool is_hoistable(const ChoicePoint& point, std::uint32_t option) {
  if (point.kind != ChoiceKind::schedule) return false;
  return option >= point.drains_from || static_cast<std::int32_t>(option) == point.current;
}

// The option explored as number `rank`: what goes on, then drains, then the others.
std::uint32_t option_at(const ChoicePoint& point, std::uint32_t rank) {
  if (point.kind != ChoiceKind::schedule) return rank;
  const std::uint32_t drains = point.options - point.drains_from;
  if (point.current >= 0) {
    const auto current = static_cast<std::uint32_t>(point.current);
    if (rank == 0) return current;
    const std::uint32_t its_own =
        current >= point.drains_from ? current - point.drains_from : drains + current;
    if (rank <= its_own) rank--;
  }
  return rank < drains ? point.drains_from + rank : rank - drains;
}

}  // namespace

std::uint32_t BoundedSearch::cost_of(const Node& node, std::uint32_t option) const {
  if (node.point.kind != ChoiceKind::schedule || option >= node.point.drains_from) return 0;
  return cost(node.point, option);
}

bool BoundedSearch::is_asleep(const Node& node, std::uint32_t option) const {
  if (!reduce_) return false;
  const std::uint32_t actor = actor_of(node.point, option);
  return std::any_of(asleep_.begin() + node.asleep, asleep_.end(),
                     [&](const Sleeper& s) { return s.actor == actor; });
}

std::uint32_t BoundedSearch::find(const Node& node, std::uint32_t rank) {
  for (; rank < node.point.options; ++rank) {
    const std::uint32_t option = option_at(node.point, rank);
    if (is_asleep(node, option)) continue;
    if (node.used + cost_of(node, option) <= bound_) return rank;
    cut_ = true;
  }
  return rank;
}

bool BoundedSearch::advance(Node& node, std::uint32_t rank) {
  node.rank = find(node, rank);
  if (node.rank == node.point.options) return false;
  node.choice.chosen = option_at(node.point, node.rank);
  node.raced = false;
  node.stays = false;
  return true;
}

bool BoundedSearch::is_open(const Node& node) const {
  if (!reduce_ || !is_hoistable(node.point, node.choice.chosen)) return true;
  return node.raced || node.stays;
}

Footprint BoundedSearch::footprint_of(const Node& node) const {
  return node.step < order_.size() ? Footprint(order_.accesses(node.step)) : node.footprint;
}

bool BoundedSearch::turn(Node& node) {
  if (!is_open(node)) return false;
  if (reduce_) {
    if (is_hoistable(node.point, node.choice.chosen) && !node.stays) {
      asleep_.push_back(
          {actor_of(node.point, node.choice.chosen), ValuePaths::empty, footprint_of(node)});
    }
    order_.truncate(node.step);
  }
  if (!advance(node, node.rank + 1)) return false;
  now_.assign(asleep_.begin() + node.asleep, asleep_.end());
  return true;
}

bool BoundedSearch::go_back() {
  while (!path_.empty()) {
    if (turn(path_.back())) return true;
    if (is_part_ && path_.size() == floor_ + 1) return false;  // others may open it
    asleep_.resize(path_.back().asleep);
    path_.pop_back();
  }
  return !is_part_ && start_next_round();
}

void BoundedSearch::note_end() {
  if (divergence_ || begins_ || cursor_ >= path_.size()) return;
  divergence_ = Divergence{cursor_, path_[cursor_].choice, std::nullopt};
}

bool BoundedSearch::start_next_round() {
  if (!cut_ || bound_ == bound_max_) return false;
  ++bound_;
  cut_ = false;
  order_.truncate(0);
  now_.clear();
  return true;
}

std::optional<std::size_t> BoundedSearch::next_execution() {
  if (!started_) {
    started_ = true;
    return 0;
  }
  note_end();
  if (divergence_) return std::nullopt;
  if (last_execution_was_new()) ++executions_;
  abandoned_ = false;
  if (!go_back()) return std::nullopt;
  // Only now: a limit that equals what there is to see was not hit.
  if (executions_max_ != 0 && executions_ >= executions_max_) {
    limit_hit_ = true;
    return std::nullopt;
  }
  const std::size_t shared = path_.empty() ? 0 : path_.size() - 1;
  cursor_ = begins_ ? 0 : shared;
  begins_ = false;
  used_ = 0;  // every node of the path knows its own; the next question sets it
  return shared;
}

std::uint32_t BoundedSearch::choose(const ChoicePoint& point) {
  assert(point.options >= 2);
  assert(!reduce_ || point.kind == ChoiceKind::schedule);
  if (divergence_) return default_answer(point);
  if (cursor_ == path_.size()) {
    Node node{point,
              {point.kind, 0, point.options},
              used_,
              0,
              order_.size(),
              static_cast<std::uint32_t>(asleep_.size()),
              false,
              false,
              false,
              questions_,
              {}};
    asleep_.insert(asleep_.end(), now_.begin(), now_.end());
    if (!advance(node, 0)) {
      asleep_.resize(node.asleep);
      abandoned_ = true;
      return abandon;
    }
    path_.push_back(node);
  } else {
    divergence_ = compare(cursor_, path_[cursor_].choice, point);
    if (divergence_) return default_answer(point);
    path_[cursor_].point = point;
    path_[cursor_].step = order_.size();
  }
  if (cursor_ + 1 == path_.size()) questions_++;
  const Node& node = path_[cursor_++];
  used_ = node.used + cost_of(node, node.choice.chosen);
  return node.choice.chosen;
}

void BoundedSearch::on_step(const Step& step) {
  const bool asked = cursor_ != 0 && path_[cursor_ - 1].step == order_.size();
  node_of_.resize(order_.size());
  node_of_.push_back(asked ? static_cast<std::uint32_t>(cursor_) - 1 : none);
  if (asked && makes_others_dearer(step)) path_[cursor_ - 1].stays = true;
  for (const std::uint32_t earlier : order_.races(order_.push(step))) {
    if (node_of_[earlier] != none) path_[node_of_[earlier]].raced = true;
  }
  if (cursor_ < path_.size()) return;  // a part repeats its path
  const auto wakes = [&](const Sleeper& s) { return s.footprint.conflicts_with(step.accesses); };
  now_.erase(std::remove_if(now_.begin(), now_.end(), wakes), now_.end());
}

Coverage BoundedSearch::coverage() const {
  if (limit_hit_ || divergence_) return Coverage::inconclusive;
  return cut_ ? Coverage::bounded : Coverage::exhausted;
}

std::vector<std::string> BoundedSearch::limits() const {
  std::vector<std::string> hit;
  if (limit_hit_) hit.push_back("executions_max=" + std::to_string(executions_max_));
  if (cut_ && !limit_hit_) hit.push_back(name_ + ("=" + std::to_string(bound_max_)));
  return hit;
}

}  // namespace model
