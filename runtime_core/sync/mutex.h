// Short-term runtime locks in two flavours (original: lock_futex.go, lock_sema.go; facts §16).
//
// Threads: any M may lock and unlock; only the holder unlocks. Neither recursive nor fair, and a
//   waiter keeps its P.
// Invariants: mutex.exclusion: at most one holder; mutex.balance: m.locks counts the locks that
//   m holds and never becomes negative.
// Ordering: the exchange (semaphore: compare-and-swap) that frees the key publishes everything
//   the holder wrote to the one that takes it next.
#pragma once

#include "runtime_core/probe.h"

namespace runtime_core {

struct M;

// Zero is unlocked; no initialisation is needed. The futex flavour uses the low 32 bits, the
// semaphore flavour keeps the first waiting M in the word and "locked" in its lowest bit.
struct Mutex {
  std::atomic<uintptr> key{0};
};

// Both throw "runtime·lock: lock count" or "runtime·unlock: lock count" if m.locks is negative;
// unlocking what is free throws "unlock of unlocked lock".
void lock(M* mp, Mutex* mutex);
void unlock(M* mp, Mutex* mutex);

// The flavours that `tuning().lock_flavour` selects from, 0 and 1: the protocol of the word alone,
// without m.locks and events. A mutex keeps to one of them.
void lock_futex(M* mp, Mutex* mutex);
void unlock_futex(Mutex* mutex);
void lock_sema(M* mp, Mutex* mutex);
void unlock_sema(Mutex* mutex);

}  // namespace runtime_core
