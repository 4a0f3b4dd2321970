// Control stacks: where the C++ frames of a goroutine lie, and a thread's switch from one to
// another (original: gosave, gogo and mcall in asm_*.s; facts §21).
//
// A goroutine's control stack carries control alone. It belongs to its G for good, so that a free G
// keeps one, as the original's keeps a stack of the standard size.
//
// Threads: a context is entered by one thread at a time, whichever; it is void once entered.
// Invariants: sched.g_on_one_m. Ordering: *from is a plain write by the thread that leaves, made
//   before it does anything else on the other stack: who lets others enter *from publishes it.
#pragma once

#include "runtime_core/probe.h"

namespace runtime_core {

inline constexpr uintptr control_stack_bytes = 256 << 10;  // below the upper end

// Where a thread has left a stack (original: gobuf).
struct Context {
  void* place;  // null: nobody has, or somebody has come back
  void* fiber;  // what a real sanitizer knows the stack as
};

}  // namespace runtime_core

// new_control_stack(): the upper end of a fresh control stack; 0 when there is no memory, or
//   (simulated) the scenario has no more. Never given back.
// make_context(top, entry): a context that runs entry(value) when first entered, which never
//   returns.
// switch_context(from, to, value): goes on at `to` and stores the caller's place in *from. Returns,
//   on whichever thread enters *from, the value that it hands over.
#include "runtime_core_flavour/context.h"
