// The search: sleep sets, wake-up trees, races.
#include "model/dpor.h"

#include <algorithm>
#include <cassert>

namespace model {
namespace {

std::uint64_t bytes_mask(std::uint32_t bytes) {
  return bytes >= 8 ? ~std::uint64_t{0} : (std::uint64_t{1} << 8 * bytes) - 1;
}

}  // namespace

bool Dpor::is_asleep(std::uint32_t actor) const {
  return std::any_of(now_.begin(), now_.end(), [&](const Sleeper& s) { return s.actor == actor; });
}

// Stays with the running thread if it can; buffers drain last.
std::uint32_t Dpor::pick_awake(const ChoicePoint& point) const {
  if (point.current >= 0) {
    const auto current = static_cast<std::uint32_t>(point.current);
    if (!is_asleep(actor_of(point, current))) return current;
  }
  for (std::uint32_t option = 0; option < point.options; option++) {
    if (!is_asleep(actor_of(point, option))) return option;
  }
  return abandon;
}

// The next step is the actor's: takes its branch of the wake-up tree.
void Dpor::follow(std::uint32_t actor) {
  if (guide_ == none) return;
  const WakeupTrees::Branch branch = trees_.take_first(&guide_);
  if (branch.actor != actor || guide_ != none) {
    broken_++;
    trees_.release(guide_);
    trees_.release(branch.branches);
    guide_ = none;
    return;
  }
  guide_ = branch.branches;
}

std::uint32_t Dpor::choose(const ChoicePoint& point) {
  assert(point.kind == ChoiceKind::schedule);
  if (resumes_) {
    resumes_ = false;
    const std::uint32_t option = option_of(point, nodes_.back().actor);
    if (option != no_option) return option;
    broken_++;
    return abandon;
  }
  if (order_.size() >= steps_max_) {
    steps_hit_ = true;
    return abandon;
  }
  std::uint32_t wanted = none;
  std::uint32_t option = no_option;
  if (guide_ != none) {
    const WakeupTrees::Branch branch = trees_.take_first(&guide_);
    option = option_of(point, branch.actor);
    if (option == no_option) {
      broken_++;
      trees_.release(branch.branches);
      trees_.release(guide_);
      guide_ = none;
    } else {
      wanted = guide_;
      guide_ = branch.branches;
    }
  }
  if (option == no_option) option = pick_awake(point);
  if (option == abandon) {
    redundant_ = true;
    return abandon;
  }
  nodes_.push_back(
      {order_.size(), actor_of(point, option), wanted, static_cast<std::uint32_t>(asleep_.size())});
  asleep_.insert(asleep_.end(), now_.begin(), now_.end());
  return option;
}

void Dpor::on_step(const Step& step) {
  const bool asked = !nodes_.empty() && nodes_.back().step == order_.size();
  if (!asked) follow(step.actor);
  node_of_.resize(order_.size());
  node_of_.push_back(asked ? static_cast<std::uint32_t>(nodes_.size()) - 1 : none);
  order_.push(step);
  const auto wakes = [&](const Sleeper& s) {
    if (s.actor == step.actor) redundant_ = true;
    return s.actor == step.actor || s.footprint.conflicts_with(step.accesses);
  };
  now_.erase(std::remove_if(now_.begin(), now_.end(), wakes), now_.end());
}

// A swap may succeed or fail in the other order. Puts what `later` touches if it comes before
// `earlier` into predicted_.
void Dpor::predict(std::uint32_t earlier, std::uint32_t later) {
  const auto accesses = order_.accesses(later);
  predicted_.assign(accesses.begin(), accesses.end());
  const Swap& swap = order_.swap(later);
  if (swap.bytes == 0) return;
  std::uint64_t found = swap.found;
  for (const Access& write : order_.accesses(earlier)) {
    if (write.kind != AccessKind::write) continue;
    for (std::uint32_t i = 0; i < write.bytes; i++) {
      const std::uint64_t at = write.object + i - swap.object;
      if (at >= swap.bytes) continue;
      const std::uint64_t byte = order_.overwritten(earlier) >> 8 * i & 0xff;
      found = (found & ~(std::uint64_t{0xff} << 8 * at)) | byte << 8 * at;
    }
    break;
  }
  const bool succeeds = ((found ^ swap.expected) & bytes_mask(swap.bytes)) == 0;
  for (Access& access : predicted_) {
    if (access.object != swap.object || access.bytes != swap.bytes) continue;
    access.kind = succeeds ? AccessKind::write : AccessKind::read;
  }
}

void Dpor::turn_round(std::uint32_t earlier, std::uint32_t later) {
  const std::uint32_t n = node_of_[earlier];
  if (n == none) return;  // nobody else could move there
  sequence_.clear();
  for (std::uint32_t k = earlier + 1; k < later; k++) {
    if (!order_.before(earlier, k)) sequence_.push_back({order_.actor(k), order_.accesses(k)});
  }
  predict(earlier, later);
  sequence_.push_back({order_.actor(later), predicted_});
  Node& node = nodes_[n];
  const std::size_t end = n + 1 < nodes_.size() ? nodes_[n + 1].asleep : asleep_.size();
  for (std::size_t s = node.asleep; s < end; s++) {
    if (weak_initial(asleep_[s].actor, asleep_[s].footprint, sequence_) != not_first) return;
  }
  trees_.insert(&node.wanted, sequence_);
}

void Dpor::turn_races_round() {
  for (std::uint32_t later = fresh_; later < order_.size(); later++) {
    for (const std::uint32_t earlier : order_.races(later)) turn_round(earlier, later);
  }
}

// Moves to the deepest node that has something left; false if there is none.
bool Dpor::backtrack() {
  while (!nodes_.empty()) {
    Node& node = nodes_.back();
    // What was just explored sleeps from now on.
    asleep_.push_back({node.actor, Footprint(order_.accesses(node.step))});
    order_.truncate(node.step);
    if (node.wanted != none) {
      const WakeupTrees::Branch branch = trees_.take_first(&node.wanted);
      node.actor = branch.actor;
      guide_ = branch.branches;
      now_.assign(asleep_.begin() + node.asleep, asleep_.end());
      fresh_ = node.step;
      resumes_ = true;
      return true;
    }
    asleep_.resize(node.asleep);
    nodes_.pop_back();
  }
  return false;
}

std::optional<std::size_t> Dpor::next_execution() {
  redundant_ = false;
  if (!started_) {
    started_ = true;
    executions_ = 1;
    return 0;
  }
  trees_.release(guide_);
  guide_ = none;
  turn_races_round();
  if (!backtrack()) return std::nullopt;
  // Only now: a limit that equals the size of the search was not hit.
  if (executions_ == executions_max_) {
    limit_hit_ = true;
    return std::nullopt;
  }
  executions_++;
  return nodes_.size() - 1;
}

Coverage Dpor::coverage() const {
  if (limit_hit_ || broken_ != 0) return Coverage::inconclusive;
  return steps_hit_ ? Coverage::bounded : Coverage::exhausted;
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
