// What the simulated kernel knows of the process: its arguments, its signals, its descriptors, how
// threads began.
#pragma once

#include "sim/descriptors.h"
#include "sim/machine.h"

namespace sim {

inline constexpr std::uint32_t signals_max = 65;
inline constexpr std::int64_t first_thread_id = 1000;

// What a cloned thread runs; a null function: what the scenario says.
struct CloneEntry {
  void (*function)(std::uint64_t argument);
  std::uint64_t argument;
};

struct SignalAction {
  std::uint64_t handler, flags, restorer, mask;
};

struct SignalStack {
  std::uint64_t address;
  std::int32_t flags;
  std::uint64_t bytes;
};

// Of the profiler's timer: how many a thread was asked about, and in how many of its operations it
// gets the next one; 0: it has not been asked.
struct NextSignal {
  std::uint32_t asked, in;
};

struct ProcessState {
  std::uint32_t cloned;  // threads so far, without the first
  CloneEntry entry[threads_max + 1];
  SignalAction action[signals_max];
  std::uint64_t blocked[threads_max + 1];  // of each thread
  SignalStack signal_stack[threads_max + 1];
  NextSignal next_signal[threads_max + 1];
  bool timer_runs;
  void* tls[threads_max + 1];  // what each thread has there
  Descriptors descriptors;
};

// Whether nobody else can see the call: it is no step, and does not wait for stores to drain.
bool is_process_call(long number);

}  // namespace sim
