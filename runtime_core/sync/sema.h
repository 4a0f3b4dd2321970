// Semaphores that goroutines wait for (original: sema.go; facts §19.2, §19.3).
//
// Threads: any goroutine with a P. Invariants: 1. nwait is at least the number of those queued;
//   2. nobody sleeps for good while the count is above zero and releases have ended.
// Ordering: a release adds to the count and then looks at nwait; an acquire adds to nwait and then
//   looks at the count. Both are store-load, and one of the two sees the other.
#pragma once

#include "runtime_core/sync/mutex.h"
#include "runtime_core/sync/sudog.h"

namespace runtime_core {

struct alignas(cache_line_size) SemaRoot {
  Mutex lock;
  Sudog* head;  // lock
  Sudog* tail;  // lock
  std::atomic<u32> nwait;
};
inline constexpr u32 sema_roots = 251;

// Waits until *count is above zero, and takes one. Not on g0.
void semacquire(G* gp, std::atomic<u32>* count);
// Adds one, and wakes one that waits; it may find that another was faster, and wait again.
void semrelease(G* gp, std::atomic<u32>* count);

// What a sync.Cond waits in (original: syncSema): those who take, or those who have units to give.
struct SyncSema {
  Mutex lock;
  Sudog* head;  // lock
  Sudog* tail;  // lock
};
// Takes one unit, and waits for it.
void syncsemacquire(G* gp, SyncSema* s);
// Gives n units, and waits until they are taken.
void syncsemrelease(G* gp, SyncSema* s, u32 n);

}  // namespace runtime_core
