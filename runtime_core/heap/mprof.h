// The memory profile: allocations by call stack, sampled (original: mprof.go; facts §25).
//
// Threads: any, the lists and the records are guarded by MProf::lock. Invariants:
// mprof.consistent — what mem_profile returns was allocated and freed before one and the same
// end of a collection: allocations count two collections late, frees found by a sweep one.
// Ordering: all through the lock, but for a bucket's stack, constant once the bucket is linked.
#pragma once

#include "runtime_core/sync/mutex.h"

namespace runtime_core {

struct M;
struct Runtime;

inline constexpr u32 max_stack_depth = 32;  // original: maxStack

enum class BucketType : u32 { memory = 1, block };

struct MemCounts {
  uintptr allocs, frees, alloc_bytes, free_bytes;
};

// Original: memRecord. An allocation enters `recent`, a free found by a sweep `prev`; the end of
// a collection moves prev to final and recent to prev.
struct MemRecord {
  MemCounts final, prev, recent;
};

// Original: bucket. Never freed; followed in memory by nstk program counters.
struct Bucket {
  Bucket* next;     // in its list of the hash table
  Bucket* allnext;  // in mbuckets
  BucketType typ;
  uintptr hash;
  uintptr size;  // bytes of the block
  uintptr nstk;
  MemRecord mem;

  const uintptr* stk() const { return reinterpret_cast<const uintptr*>(this + 1); }
};

struct MProf {
  Mutex lock;         // original: proflock
  Bucket** buckhash;  // tuning().buck_hash_size lists; nullptr before the first bucket
  Bucket* mbuckets;
};

// The bucket of a stack and block size; nullptr if there is none and `alloc` is not set.
// REQUIRES: the profile's lock.
Bucket* stkbucket(M* mp, BucketType typ, uintptr size, const uintptr* stk, uintptr nstk,
                  bool alloc);
uintptr stack_hash(const uintptr* stk, uintptr nstk, uintptr size);

void mprof_malloc(M* mp, void* p, uintptr size);
// `freed`: explicitly, not by a sweep.
void mprof_free(M* mp, Bucket* b, uintptr size, bool freed);
// The end of a collection (original: mProf_GC).
void mprof_gc(M* mp);

// Original: MemProfileRecord.
struct MemProfileRecord {
  MemCounts counts;
  uintptr size;
  u32 nstk;
  uintptr stack[max_stack_depth];
};
// Fills `out` if its `room` records suffice, and returns how many there are. Without `inuse_zero`
// a stack whose blocks were all freed is left out (original: MemProfile).
u32 mem_profile(M* mp, MemProfileRecord* out, u32 room, bool inuse_zero);
// Original: iterate_memprof.
void iterate_memprof(M* mp, void* context, void (*callback)(void* context, const Bucket* b));

}  // namespace runtime_core
