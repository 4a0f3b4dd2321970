// Stores of several threads to one slot, since the world was stopped last: a program announces a
// store before it does it, so that of two threads the one that is heard last may store first.
#pragma once

#include "checkers/dense_map.h"

namespace checkers {

class StoreRaces {
 public:
  void attach(sim::Space& space) {
    space_ = &space;
    latest_.attach(space, 1 << 20);
    storing_ = static_cast<std::uint64_t*>(space.allocate_tool(64));
  }

  // As long as one thread stores alone there is nothing to note.
  bool is_possible() const { return *storing_ == several; }
  // Returns false when there is no room left.
  bool note(std::uint32_t thread, std::uint64_t slot, std::uint64_t value) {
    return latest_.put(slot << thread_bits | thread, value);
  }
  // Any store, also one that need not be noted.
  void see(std::uint32_t thread) {
    if (is_possible() || *storing_ == thread + 1) return;
    space_->mut(*storing_) = *storing_ == 0 ? thread + 1 : several;
  }

  // Calls f(slot, value) for what each thread has announced last, and forgets it.
  template <class F>
  void settle(F f) {
    while (latest_.size() > 0) {
      const DenseMap::Entry last = latest_[latest_.size() - 1];
      latest_.erase(last.key);
      f(last.key >> thread_bits, last.value);
    }
  }

 private:
  static constexpr std::uint32_t thread_bits = 6;
  static constexpr std::uint64_t several = ~std::uint64_t{0};
  sim::Space* space_ = nullptr;
  DenseMap latest_;                   // slot and thread -> value
  std::uint64_t* storing_ = nullptr;  // 0, the one thread that does and 1, or several
};

}  // namespace checkers
