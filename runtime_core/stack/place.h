// A place in a frame of a goroutine's own that stays the same when the stack moves. The original
// has pointers for it in frames that a copy adjusts.
#pragma once

#include "runtime_core/sched/g.h"

namespace runtime_core {

struct StackPlace {
  uintptr below;  // bytes from the upper end of the stack down; 0: nowhere
};
inline constexpr StackPlace nowhere{0};

inline bool is_somewhere(StackPlace place) { return place.below != 0; }
inline uintptr* at_place(const Goroutine* gp, StackPlace place) {
  return is_somewhere(place) ? reinterpret_cast<uintptr*>(gp->stack.hi - place.below) : nullptr;
}
inline StackPlace place_of(const Goroutine* gp, uintptr address) {
  return {gp->stack.hi - address};
}

}  // namespace runtime_core
