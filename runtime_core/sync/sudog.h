// A goroutine in a queue, and what such records are made of (original: sudog, acquireSudog,
// releaseSudog; facts §19.1).
//
// A record is an object of the heap. While it is in use its goroutine holds it (gp->waiting, and
// from there by waitlink), which is a root, so that queues need not be scanned for it; free ones
// lie in the cache of a P, which a collection empties.
//
// Threads: the links belong to the lock of the queue; the rest to the goroutine, and to who has
//   taken the record out of its queue, until that one makes the goroutine ready.
// Invariants: a free record refers to nothing: else it would keep other records, and their
//   goroutines' objects, alive.
// Ordering: a marker may read any pointer here while it is stored, and goes on to what it finds.
//   That is held by goroutines, whose stacks and records are scanned in the stopped world, so
//   nothing is lost if the marker comes too early; but a record may be new: release.
#pragma once

#include "runtime_core/gc/runtime_store.h"

namespace runtime_core {

struct G;
struct M;
struct Goroutine;
struct Runtime;
struct Type;

struct Sudog {
  G* g;
  u32* selectdone;  // of a select: its frame's flag; claimed by who takes one of its records
  Sudog* next;      // of the queue
  Sudog* prev;      // likewise, of a semaphore's
  void* elem;       // a channel's: where the value is, or goes to, on the stack of g; null if
                    // nowhere. A semaphore's: which one
  i64 releasetime;  // of the block profile
  i64 nrelease;     // of a sync.Cond: units that are left to give, or -1: it takes one
  Sudog* waitlink;  // the next record of the same goroutine
};

// Stores a pointer that a marker may be reading, in a record or a channel.
template <class T>
inline void store_link(M* mp, T** slot, T* value) {
  // Partner: the marker's acquire load of a slot. L17: plain in the original, without a fence.
  std::atomic_ref<T*>(*slot).store(value, rules().link_publishes ? release : relaxed);
  runtime_stored(mp, slot);
}

// A record whose goroutine is gp, and which gp holds in front of those it has. REQUIRES: on gp.
Sudog* acquire_sudog(Goroutine* gp);
// Gives back a record that gp holds no more.
void release_sudog(Goroutine* gp, Sudog* s);

// What gp->waiting is: tells who listens.
void set_waiting(Goroutine* gp, Sudog* s);
void set_waitlink(M* mp, Sudog* s, Sudog* next);

Type make_sudog_type();

}  // namespace runtime_core
