// Threads that start and end while a program runs.
//
// Neither is a step: what a thread does before its first operation, and what is left of one that
// waits for an end, nobody else can see, so it is done at once and multiplies no executions.
#include <bit>

#include "sim/machine.h"
#include "sim/process.h"
#include "sim/schedule.h"

namespace sim {

void Machine::thread_main() {
  Machine& m = *the_machine;
  const CloneEntry& entry = m.process->entry[m.hot->current];
  if (entry.function != nullptr) {
    if (m.started_) m.scheduling_point();
    entry.function(entry.argument);
  } else {
    m.scenario->thread(*m.env, m.hot->current);
  }
  m.end_thread();
}

// What another thread's step did of its code comes first.
void Machine::carry(std::uint32_t thread) {
  lets_go_on(thread);
  space.mut(*kernel).carried |= std::uint64_t{1} << thread;
}

void Machine::begin_wanted_step(std::uint32_t actor) {
  if (step.active) return;  // of a thread that has ended; the one that waited for it goes on in it
  step.begin(actor, eligible());
  if (actor >= model::first_buffer || (kernel->carried >> actor & 1) == 0) return;
  space.mut(*kernel).carried &= ~(std::uint64_t{1} << actor);
  goes_on();
}

std::uint32_t Machine::spawn() {
  // The kernel is entered with an empty store buffer.
  settle();
  const std::uint32_t self = hot->current;
  const std::uint32_t child = kernel->started;
  if (child == options.threads) return no_thread;
  awaits.progress(self);
  memory->order(*this, self, child);
  carry(child);
  space.mut(*kernel).started++;
  kernel->handover = self + 1;
  space.mut(threads[child]) = Thread{0, 0, -1, 0, 0, 0, 0};
  hot->runnable |= std::uint64_t{1} << child;
  fibers[child].start<thread_main>();
  const std::uint32_t switches = hot->context_switches;
  if (buffers_) memory->switch_out(*this, self);
  switch_to(child);
  hot->context_switches = switches;
  return child;
}

void Machine::end_thread(std::uint32_t heir) {
  const std::uint32_t t = hot->current;
  space.mut(threads[t]).done = 1;
  hot->runnable &= ~(std::uint64_t{1} << t);
  if (heir != no_thread) {
    space.mut(*kernel).handover = heir + 1;
    carry(heir);
  }
  if (buffers_) memory->switch_out(*this, t);
  if (!started_ || keeps_snapshots_) {
    leave_to_host();
  } else {
    const std::uint32_t picked = pick();
    if (picked == no_thread) leave_to_host();
    switch_to(picked);
  }
  __builtin_trap();
}

// Before the first choice there is nobody to pick from.
void Machine::run_handover() {
  while (kernel->handover != 0 && violations.empty()) {
    hot->current = kernel->handover - 1;
    kernel->handover = 0;
    if (buffers_) memory->switch_in(*this, hot->current);
    switch_context(&host_context, on[hot->current]->context);
  }
}

void Machine::settle() {
  constexpr auto order = static_cast<std::uint32_t>(__ATOMIC_SEQ_CST);
  if (is_alone() || !buffers_) return;
  if (!memory->must_drain(*this, Ordered::rmw, order)) return memory->found_drained(*this);
  wait_for_drain();
  scheduling_point();
  memory->after_drain(*this, Ordered::rmw, order);
}

void Machine::end_others() {
  settle();
  const std::uint32_t self = hot->current;
  if (buffers_) {
    memory->switch_out(*this, self);
    while (memory->drainable(*this) != 0) {
      memory->drain_one(*this,
                        static_cast<std::uint32_t>(std::countr_zero(memory->drainable(*this))));
    }
  }
  for (std::uint32_t t = 0; t < options.threads; t++) {
    if (t != self && threads[t].done == 0) space.mut(threads[t]).done = 1;
  }
  hot->runnable = std::uint64_t{1} << self;
  hot->awaiting = 0;
  space.mut(*kernel).fenced = 0;
  hot->yielded = 0;
}

}  // namespace sim
