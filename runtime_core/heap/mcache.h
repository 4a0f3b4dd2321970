// Per-P cache of spans to allocate from (original: mcache in malloc2.go, mcache.go; facts §7).
//
// Threads: used by the one thread that holds the P; any of them with the world stopped.
// Invariants: mcache.span_owned — a span in alloc[] has incache set and is on no other cache.
// Ordering: all through the hand-over of the P.
#pragma once

#include "runtime_core/heap/mspan.h"

namespace runtime_core {

inline constexpr int num_stack_orders = 3;

struct StackFreeList {
  MLink* list;
  uintptr size;  // bytes of the stacks in list
};

struct MCache {
  i32 next_sample;       // bytes until the next heap profile sample
  i64 local_cachealloc;  // bytes allocated (negative: freed) since last folded
  u8* tiny;
  uintptr tinysize;
  uintptr local_tinyallocs;
  MSpan* alloc[num_size_classes];
  StackFreeList stackcache[num_stack_orders];
  void* sudogcache;
  uintptr local_nlookup;
  uintptr local_largefree;  // bytes
  uintptr local_nlargefree;
  uintptr local_nsmallfree[num_size_classes];
};

MCache* allocmcache(M* mp);
void freemcache(M* mp, MCache* c);
// Replaces the exhausted span of a class; the caller is on g0.
MSpan* mcache_refill(M* mp, MCache* c, int sizeclass);
void mcache_release_all(M* mp, MCache* c);
// Folds the local counters into the heap's; REQUIRES: heap.lock, or the world stopped.
void purgecachedstats(M* mp, MCache* c);

}  // namespace runtime_core
