// A hash map of 64-bit words in journaled memory: a rollback of the Space takes it back too.
//
// For checkers that remember something between events. Lookup order never depends on addresses of
// the host. Capacity is fixed; a full map is a named limit, not a silent one.
#pragma once

#include <cstdint>
#include <optional>

#include "sim/space.h"

namespace sim {

class JournalMap {
 public:
  // `capacity` is rounded up to a power of two; half of it may be used.
  void attach(Space& space, std::uint64_t capacity) {
    space_ = &space;
    mask_ = 63;
    while (mask_ + 1 < capacity * 2) mask_ = mask_ * 2 + 1;
    slots_ = static_cast<Slot*>(space.allocate_tool((mask_ + 1) * sizeof(Slot)));
    used_ = static_cast<std::uint64_t*>(space.allocate_tool(64));
    order_ = static_cast<std::uint64_t*>(space.allocate_tool((mask_ / 2 + 2) * 8));
  }

  std::optional<std::uint64_t> find(std::uint64_t key) const {
    const Slot& slot = slots_[probe(key)];
    if (slot.state != live) return std::nullopt;
    return slot.value;
  }
  // Returns false when the map is full.
  bool put(std::uint64_t key, std::uint64_t value) {
    const std::uint64_t at = probe(key);
    Slot& slot = slots_[at];
    if (slot.state == never) {
      if (*used_ * 2 > mask_) return false;
      space_->mut(order_[*used_]) = at;
      space_->mut(*used_)++;
    }
    space_->mut(slot) = Slot{key, value, live};
    return true;
  }
  bool erase(std::uint64_t key) {
    Slot& slot = slots_[probe(key)];
    if (slot.state != live) return false;
    space_->mut(slot).state = erased;
    return true;
  }
  // Calls f(key, value) in the order in which the keys were first put; costs what was ever put.
  template <class F>
  void for_each(F f) const {
    for (std::uint64_t i = 0; i < *used_; i++) {
      const Slot& slot = slots_[order_[i]];
      if (slot.state == live) f(slot.key, slot.value);
    }
  }

 private:
  enum : std::uint64_t { never = 0, live = 1, erased = 2 };
  struct Slot {
    std::uint64_t key, value, state;
  };

  // The key's slot, live or erased, or the free slot where it belongs. An erased slot is used
  // again by its own key alone, so that chains stay whole.
  std::uint64_t probe(std::uint64_t key) const {
    std::uint64_t at = home_of(key);
    while (slots_[at].state != never && slots_[at].key != key) at = (at + 1) & mask_;
    return at;
  }

  // Neighbouring words of a 4 KiB page are neighbours here too, so that a heap of a few pages
  // touches a few pages; what the page is called is scattered.
  std::uint64_t home_of(std::uint64_t key) const {
    const std::uint64_t word = (key >> 3 & 511) | (key & 7) << 9;
    return (((key >> 12) * 0x9e3779b97f4a7c15ull >> 20) + word) & mask_;
  }

  Space* space_ = nullptr;
  Slot* slots_ = nullptr;
  std::uint64_t* used_ = nullptr;
  std::uint64_t* order_ = nullptr;  // slot numbers, oldest key first
  std::uint64_t mask_ = 0;
};

}  // namespace sim
