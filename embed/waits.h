// Threads that wait for something of another thread: who may go on is known before anybody is
// chosen, so a thread that would only block again is never tried.
#pragma once

#include <cstdint>

#include "sim/machine.h"

namespace embed {

enum class Wants : std::uint32_t {
  nothing,
  mutex,
  spin,    // a word that is 0
  read,    // a lock without a writer
  write,   // a lock without readers and writer
  permit,  // a word that is not 0
  once,    // a word that is not 1
  guard,   // a guard whose second byte is 0
  signal,
  barrier,
  end,
};

// Whether the program looks at locks without waiting for them (trylock, timed locks). If not,
// nobody can tell a release from the moment after it, and a release is no step.
extern bool locks_are_observed;

// Host stack.
void prepare_waits(sim::Space& space, std::uint32_t threads);

// What the running step does to an object, for explorers that reason about the order of steps.
// Without more knowledge: something that no step of another thread may be exchanged with.
using model::AccessKind;
void touches(std::uint64_t address, AccessKind kind);
// A scheduling point before an operation on the object at `address` that never blocks.
void operate(std::uint64_t address, std::uint64_t pc, AccessKind kind = AccessKind::with_all);
// The same for one that waits until `wants` is there; false when the deadline (virtual ns, -1:
// none) passed first.
bool wait_for(Wants wants, std::uint64_t address, std::int64_t deadline, std::uint64_t pc,
              AccessKind kind = AccessKind::with_all);
// Waits for a signal at `address`, then for the mutex; false when the deadline passed first.
bool wait_for_signal(std::uint64_t address, std::uint64_t mutex, std::int64_t deadline,
                     std::uint64_t pc);
// The object at `address` has changed: those who wait for it may go on, or no longer.
void refresh(std::uint64_t address, AccessKind kind = AccessKind::with_all);
// Lets one of those who wait for a signal there, or all, go on to their mutex.
void signal_one(std::uint64_t address);
void signal_all(std::uint64_t address);
// The thread that waits for the end of `thread`, made ready to go on; or no_thread.
std::uint32_t joiner_of(std::uint32_t thread);
void wait_for_end(std::uint32_t thread);

}  // namespace embed
