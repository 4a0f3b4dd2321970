// One-shot events: one thread sleeps until another wakes it (original: lock_futex.go,
// lock_sema.go; facts §16).
//
// Threads: exactly one sleeper, on its g0, and exactly one wake-up between two clears; clear only
//   after the sleeper has returned, and after a timed sleep only when no waker is on its way.
// Invariants: note.one_wakeup: a second wake-up without a clear throws.
// Ordering: the exchange of notewakeup publishes what the waker wrote to the load (semaphore:
//   compare-and-swap, or the wait that it ends) by which the sleeper learns that it may go on.
#pragma once

#include "runtime_core/probe.h"

namespace runtime_core {

struct M;

// Zero is cleared. The futex flavour uses the low 32 bits; the semaphore flavour holds 0, the
// sleeping M, or 1 once woken.
struct Note {
  std::atomic<uintptr> key{0};
};

void noteclear(Note* note);
void notewakeup(M* mp, Note* note);
void notesleep(M* mp, Note* note);
// Sleeps at most `ns` nanoseconds, negative meaning for ever; false if the time ran out first.
bool notetsleep(M* mp, Note* note, i64 ns);
// The same without insisting on g0, for a notetsleepg that has given up its P.
bool notetsleep_internal(M* mp, Note* note, i64 ns);

// The flavours that `tuning().lock_flavour` selects from, 0 and 1. A note keeps to one of them.
void noteclear_futex(Note* note);
void notewakeup_futex(Note* note);
void notesleep_futex(M* mp, Note* note);
bool notetsleep_futex(M* mp, Note* note, i64 ns);
void noteclear_sema(Note* note);
void notewakeup_sema(Note* note);
void notesleep_sema(M* mp, Note* note);
bool notetsleep_sema(M* mp, Note* note, i64 ns);

}  // namespace runtime_core
