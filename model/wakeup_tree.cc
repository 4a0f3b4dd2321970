// Insertion into wake-up trees.
#include "model/wakeup_tree.h"

#include <algorithm>

#include "model/happens_before.h"

namespace model {

Footprint::Footprint(std::span<const Access> accesses)
    : count_(static_cast<std::uint32_t>(accesses.size())) {
  if (count_ <= kept_max) std::copy(accesses.begin(), accesses.end(), accesses_);
}

bool Footprint::conflicts_with(std::span<const Access> other) const {
  if (count_ > kept_max) return true;
  return conflict({accesses_, count_}, other);
}

std::size_t weak_initial(std::uint32_t actor, const Footprint& footprint,
                         const std::vector<Wanted>& sequence) {
  for (std::size_t i = 0; i < sequence.size(); i++) {
    if (sequence[i].actor == actor) {
      for (std::size_t k = 0; k < i; k++) {
        if (conflict(sequence[k].accesses, sequence[i].accesses)) return not_first;
      }
      return i;
    }
  }
  for (const Wanted& step : sequence) {
    if (footprint.conflicts_with(step.accesses)) return not_first;
  }
  return sequence.size();
}

void WakeupTrees::insert(std::uint32_t* list, std::vector<Wanted>& sequence) {
  // Indices, not pointers, since the pool may move.
  std::uint32_t parent = none;
  for (;;) {
    std::uint32_t last = none;
    std::uint32_t at = parent == none ? *list : pool_[parent].branches;
    std::size_t place = not_first;
    for (; at != none; at = pool_[at].next) {
      place = weak_initial(pool_[at].actor, pool_[at].footprint, sequence);
      if (place != not_first) break;
      last = at;
    }
    if (at == none) {
      for (const Wanted& step : sequence) {
        const std::uint32_t added = allocate();
        pool_[added] = {step.actor, none, none, Footprint(step.accesses)};
        if (last != none) {
          pool_[last].next = added;
        } else if (parent != none) {
          pool_[parent].branches = added;
        } else {
          *list = added;
        }
        parent = added;
        last = none;
      }
      return;
    }
    if (place < sequence.size()) {
      sequence.erase(sequence.begin() + static_cast<std::ptrdiff_t>(place));
    }
    // A leaf's exploration is free to do the rest; and where nothing is left, nothing is missing.
    if (pool_[at].branches == none || sequence.empty()) return;
    parent = at;
  }
}

WakeupTrees::Branch WakeupTrees::take_first(std::uint32_t* list) {
  const std::uint32_t first = *list;
  const Branch branch = pool_[first];
  *list = branch.next;
  pool_[first].next = free_;
  free_ = first;
  return branch;
}

void WakeupTrees::release(std::uint32_t list) {
  while (list != none) release(take_first(&list).branches);
}

std::uint32_t WakeupTrees::allocate() {
  if (free_ == none) {
    pool_.emplace_back();
    return static_cast<std::uint32_t>(pool_.size()) - 1;
  }
  const std::uint32_t branch = free_;
  free_ = pool_[branch].next;
  return branch;
}

}  // namespace model
