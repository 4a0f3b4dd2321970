// Memory statistics of one runtime (original: mstats in malloc2.go; facts §27).
//
// Threads: heap_* except heap_alloc and heap_sys are guarded by heap.lock; *_sys counters are
// added to by any thread that asks the kernel for memory; heap_alloc and next_gc are read
// without a lock by every allocation (a hint); the rest changes with the world stopped.
#pragma once

#include "runtime_core/base.h"

namespace runtime_core {

struct SizeStats {
  u32 size;
  u64 nmalloc;
  u64 nfree;
};

// As next_gc: no collection begins unless it is asked for.
inline constexpr u64 no_goal = ~u64{0};

struct MStats {
  u64 alloc;        // bytes allocated and in use
  u64 total_alloc;  // bytes allocated, freed ones included
  u64 sys;          // sum of the *_sys counters when last updated
  u64 nlookup, nmalloc, nfree;

  std::atomic<u64> heap_alloc;  // bytes; written under heap.lock, read racily as the GC trigger
  std::atomic<u64> heap_sys;
  u64 heap_idle, heap_inuse, heap_released, heap_objects;

  u64 stacks_inuse;  // part of heap_inuse
  std::atomic<u64> stacks_sys;
  u64 mspan_inuse;
  std::atomic<u64> mspan_sys;
  u64 mcache_inuse;
  std::atomic<u64> mcache_sys, buckhash_sys, gc_sys, other_sys;

  std::atomic<u64> next_gc;  // heap_alloc at which the next collection starts
  std::atomic<u64> last_gc;  // Unix nanoseconds
  u64 pause_total_ns;
  u64 pause_ns[256], pause_end[256];  // rings indexed by numgc
  std::atomic<u32> numgc;
  std::atomic<bool> enablegc;
  bool debuggc;

  SizeStats by_size[num_size_classes];
  u64 tinyallocs;  // tiny allocations that needed no block
};

}  // namespace runtime_core
