// What goroutines do to a hub of pointers while it is marked.
#pragma once

#include "scenarios/go_functions.h"
#include "scenarios/scenario.h"

namespace scenarios {

// A hub refers to two others; it is a global, the others are white when marking begins. Each
// goroutine has its own: who of two that store to one slot was the last, the events do not say.
constexpr runtime_core::Slot hub = runtime_core::local(0), left = runtime_core::local(1),
                             right = runtime_core::local(2), held = runtime_core::local(3);
inline void load_hub(runtime_core::Mutator& m, u64* global) {
  m.load_global(hub, global);
  m.load(left, hub, 0);
  m.load(right, hub, 1);
}
// x := hub.left.right; hub.left.right = nil; hub.right.left = x; and back again
inline void move_and_back(runtime_core::Mutator& m) {
  m.load(held, left, 1);
  m.store_nil(left, 1);
  m.call(nothing, {});
  m.store(right, 0, held);
  m.clear(held);
  m.call(nothing, {});
  m.load(held, right, 0);
  m.store_nil(right, 0);
  m.store(left, 1, held);
}

}  // namespace scenarios
