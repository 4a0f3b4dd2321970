// The call of a Go function, its prologue and its end: short, so that they become part of the
// caller (original: the compiled call and prologue; facts §17.16, §18).
//
// Threads: the goroutine itself.
#pragma once

#include "runtime_core/stack/frame.h"
#include "runtime_core/stack/stack.h"

namespace runtime_core {

// The three forms of the check that the compiler makes, by the size of the frame. A guard that is
// a request fails them all.
inline bool frame_fits(const Goroutine* gp, uintptr frame) {
  const uintptr guard = gp->stackguard0.load(relaxed);
  if (guard == stack_preempt) return false;
  if (frame <= stack_small) return gp->sp > guard;
  if (frame <= stack_big) return gp->sp - (frame - stack_small) > guard;
  return gp->sp - guard + stack_guard_bytes > frame + stack_guard_bytes - stack_small;
}

// Makes the frame of f, which was called, on a larger stack if need be; lets others run first, or
// scans the stack, if somebody has asked for it. The goroutine may come back on another M.
inline void enter_frame(Goroutine* gp, const Function& f) {
  if (!frame_fits(gp, f.frame_bytes())) [[unlikely]]
    make_room(gp, f.frame_bytes());
  begin_frame_change(gp);
  gp->sp -= f.frame_bytes();
  gp->entered = true;
  end_frame_change(gp);
  auto* locals = reinterpret_cast<uintptr*>(gp->sp) + f.out;
  for (u32 i = 0; i < f.locals; i++) locals[i] = 0;
  note_stack(gp);
}

// Leaves it: back to the caller, whose frame is the innermost again.
inline void leave_frame(Goroutine* gp, const Function& f) {
  begin_frame_change(gp);
  gp->sp += f.frame_bytes();
  amid_frame_change();
  gp->function = *reinterpret_cast<const Function**>(gp->sp);
  gp->sp += ptr_size;
  end_frame_change(gp);
  note_stack(gp);
}

}  // namespace runtime_core
