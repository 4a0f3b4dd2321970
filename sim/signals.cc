// Signals of the profiler's timer, which belongs to the process: one comes to whoever runs.
//
// When is the explorer's choice, made once a signal: after how many of the thread's own operations
// and fences for signals, while the timer runs and the thread lets signals in, within the
// scenario's window? An event belongs to the operation before it, and plain writes are not counted:
// these are what they are whatever compiled the program. The handler begins before the operation,
// and its own are steps of the thread. It is no fence.
#include <sys/syscall.h>

#include <csignal>
#include <cstring>
#include <string>

#include "runtime_core/os/systems.h"
#include "sim/machine.h"
#include "sim/process.h"

namespace sim {

void Machine::set_timer(std::uint64_t setting) {
  touches(model::machine_object(model::MachineObject::timer, 0), 1, model::AccessKind::write);
  const auto* words = reinterpret_cast<const std::uint64_t*>(setting);  // interval and first time
  space.mut(process->timer_runs) = words[0] != 0 || words[1] != 0;
}

void Machine::offer_signal() {
  if (is_alone() || !started_) return;
  const std::uint32_t self = hot->current;
  touches(model::machine_object(model::MachineObject::timer, 0), 1, model::AccessKind::read);
  if (!process->timer_runs) return;
  if ((process->blocked[self] >> (SIGPROF - 1) & 1) != 0) return;
  NextSignal& next_signal = process->next_signal[self];
  if (next_signal.in == 0) {
    if (next_signal.asked == options.signals) return;
    const std::uint32_t in = choose(model::ChoiceKind::decide, options.signal_window + 1);
    NextSignal& changed = space.mut(next_signal);
    changed.asked = in == 0 ? options.signals : changed.asked + 1;  // 0: no more of them
    changed.in = in;
    if (in == 0) return;
  }
  if (--space.mut(next_signal).in == 0) deliver(SIGPROF, 0);
}

// Runs the handler on the stack that it interrupts. The one that the program has named for it must
// be there, but is memory of the program's, which the machine cannot have frames on. Returns what
// the handler wants the thread to call then, or 0.
std::uint64_t Machine::deliver(std::int32_t sig, std::int32_t code) {
  const std::uint32_t self = hot->current;
  const std::uint64_t handler = process->action[sig].handler;
  if (handler <= 1 || process->signal_stack[self].address == 0) {
    violate("runtime.fault", "a signal comes to a thread that has no handler or no stack for it");
  }
  awaits.progress(self);
  // As the runtime asks for it, with all others blocked.
  const std::uint64_t blocked = process->blocked[self];
  space.mut(process->blocked[self]) = runtime_core::sigset_all;
  // The place in the code has another number in every build, so none is told.
  runtime_core::SignalInfo info{sig, code, 0, 0,
                                reinterpret_cast<std::uint64_t>(__builtin_frame_address(0))};
  reinterpret_cast<void (*)(runtime_core::SignalInfo*)>(handler)(&info);
  space.mut(process->blocked[self]) = blocked;
  return info.pc;
}

// Nobody is asked: the signal belongs to the instruction. A thread that does not let it in, or
// whose handler returns to the instruction, is at its end.
std::uint64_t Machine::trap(std::int32_t sig) {
  const std::int32_t code =
      sig == SIGFPE ? runtime_core::on_system([](auto s) { return s.fpe_intdiv; }) : SEGV_MAPERR;
  const bool blocked = is_alone() || (process->blocked[hot->current] >> (sig - 1) & 1) != 0;
  const std::uint64_t called = blocked ? 0 : deliver(sig, code);
  if (called == 0) violate("runtime.fault", std::string("SIG") + sigabbrev_np(sig) + " of a trap");
  return called;
}

}  // namespace sim
