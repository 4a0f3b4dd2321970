// Where each thread is when it asks for its next step, for who compares states.
#pragma once

#include <cstdint>

#include "sim/space.h"

namespace sim {

struct Place {
  const std::uint64_t* words;  // its LocalState (sim/await.h); null: not known where it is
  std::uint64_t address, operand;
  std::uint64_t expected;  // of a compare-and-swap
  std::uint64_t moves;     // of the thread so far, with the one that it asks for
};

class Places {
 public:
  Places(Space& space, std::uint32_t threads)
      : space_(space),
        of_(static_cast<Place*>(space.allocate_tool(sizeof(Place) * (threads + 1)))) {}

  // The running thread is about to ask, for an access with these operands.
  void arrive(const Place& place) { arriving_ = place; }
  // It asks.
  void park(std::uint32_t thread) {
    Place& place = space_.mut(of_[thread]);
    arriving_.moves = place.moves + 1;
    place = arriving_;
    arriving_ = {};
  }
  const Place& of(std::uint32_t thread) const { return of_[thread]; }

 private:
  Space& space_;
  Place* of_;  // in the space
  Place arriving_{};
};

}  // namespace sim
