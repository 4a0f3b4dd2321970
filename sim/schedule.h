// The path of every step, inlined into the hooks: scheduling points and the switches behind them.
#pragma once

#include "sim/machine.h"

namespace sim {

TRICOLOR_INLINE void Machine::leave_to_host() {
  switch_context(&on[hot->current]->context, host_context);
}

TRICOLOR_INLINE void Machine::switch_to(std::uint32_t to) {
  Hot& h = *hot;
  Fiber& left = *on[h.current];
  Fiber& entered = *on[to];
  h.current = to;
  if (h.steps != 0) h.context_switches++;
  entered.save(space);
  if (buffers_) memory->switch_in(*this, to);
  switch_context(&left.context, entered.context);
}

TRICOLOR_INLINE void Machine::resume(std::uint32_t to) {
  Hot& h = *hot;
  if (h.current != to) {
    h.current = to;
    if (h.steps != 0) h.context_switches++;
  }
  Fiber& entered = *on[to];
  entered.save(space);
  if (buffers_) memory->switch_in(*this, to);
  switch_context(&host_context, entered.context);
}

TRICOLOR_INLINE void Machine::scheduling_point(model::NextStep step_behind) {
  if (is_alone()) return;
  const std::uint32_t self = hot->current;
  if (next != nullptr) [[unlikely]]
    space.mut(next[self]) = step_behind;
  if (buffers_) memory->switch_out(*this, self);
  if (places != nullptr) [[unlikely]] {
    places->park(self);
    if (lassos != nullptr) lassos->at_point(started_);
  }
  if (keeps_snapshots_ || !started_) {
    // Snapshots are taken on the host's stack, before a choice.
    if (!is_only_option(self)) {
      leave_to_host();
    } else {
      end_step();
    }
  } else {
    const std::uint32_t picked = pick();
    if (picked == no_thread) {
      leave_to_host();
    } else if (picked != self) {
      switch_to(picked);
    } else if (buffers_) {
      memory->switch_in(*this, self);
    }
  }
  Hot& h = *hot;
  h.steps++;
  total_steps++;
  begin_step(self);
  if (lassos != nullptr) [[unlikely]]
    lassos->moved(self);
  if (h.yielded != 0) note_progress();
  if (h.steps > options.steps_max) violate("tool.limit", "the execution exceeded its step limit");
}

TRICOLOR_INLINE void Machine::await_change(model::NextStep step_behind) {
  const std::uint64_t me = std::uint64_t{1} << hot->current;
  hot->runnable &= ~me;
  hot->awaiting |= me;
  abandoned_iterations += fair ? 1 : 0;
  scheduling_point(step_behind);
}

}  // namespace sim
