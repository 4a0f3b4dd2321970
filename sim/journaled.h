// What the machine itself changes while a program runs: a rollback takes it back.
#pragma once

#include <cstdint>

#include "sim/space.h"

namespace sim {

// What changes at nearly every step. Journaled as a whole at every snapshot and rollback, so that
// writing it needs no further care.
struct alignas(64) Hot {
  std::uint64_t runnable;  // threads that are neither done nor blocked
  std::uint64_t hash;      // of choices, operations and events so far
  std::uint64_t steps;
  std::int64_t now;     // virtual nanoseconds
  std::uint32_t depth;  // choices made
  std::uint32_t current;
  std::uint32_t context_switches;
  std::uint32_t wait_order;
  std::uint64_t yielded;   // threads that wait for others to move
  std::uint64_t awaiting;  // threads that wait for a value to change
};
static_assert(sizeof(Hot) == line_bytes);

// The simulated kernel's own state.
struct alignas(64) Kernel {
  std::uint64_t mapped;  // bytes of the region handed out by mmap
  std::uint32_t spurious_wakeups;
  std::uint32_t refusals;
  std::uint64_t fenced;    // threads whose next operation waits for their store buffers to drain
  std::uint32_t started;   // threads that were ever started
  std::uint32_t handover;  // 1 + the thread that goes on next without anybody being asked, or 0
  std::uint32_t stacks;    // control stacks handed out
  std::uint64_t carried;   // threads a part of whose code ran within another's step
  std::uint64_t gave_up;   // threads that waited for as long as the runtime bears
};

struct alignas(64) Thread {
  std::uint64_t waits_for;      // after a yield: threads that must move first
  std::uint64_t futex_address;  // 0: not in a futex wait
  std::int64_t deadline;        // virtual ns, -1: none
  std::uint32_t wait_number;    // first in, first woken
  std::uint32_t timed_out;
  std::uint32_t yields;  // so far, where they are limited
  std::uint32_t done;
};

}  // namespace sim
