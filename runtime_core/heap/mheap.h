// The page heap and the central lists (original: mheap, mcentral in malloc2.go; facts §5, §6).
//
// Threads: any; heap.lock guards the lists, the FixAllocs of spans and caches and the growth;
// each MCentral has its own lock. The two are never held together.
// Invariants: heap.swept_at_tail — swept spans are at the tail of busy and empty lists;
// heap.span_table — every page of an in-use or stack span points to it, the first and last page
// of a free one do.
// Ordering: the span table entry is stored with release after the descriptor is set up, and
// loaded with acquire by lookups; arena_used is stored last when the arena grows.
#pragma once

#include "runtime_core/heap/mspan.h"

namespace runtime_core {

struct MCache;
struct Runtime;

struct MCentral {
  Mutex lock;
  int sizeclass;
  MSpan nonempty;  // spans with a free object
  MSpan empty;     // full spans and spans cached by an mcache
};

struct PaddedMCentral {
  MCentral mcentral;
  u8 pad[cache_line_size];
};

struct MHeap {
  Mutex lock;
  MSpan free[max_mheap_list];  // free spans of that many pages
  MSpan freelarge;
  MSpan busy[max_mheap_list];  // large objects of that many pages
  MSpan busylarge;
  MSpan** allspans;            // heap.lock
  MSpan** gcspans;             // what the collector iterates; heap.lock to change
  u32 nspan;                   // heap.lock
  u32 allspans_capacity;       // entries; heap.lock
  std::atomic<u32> sweepgen;   // +2 per cycle, world stopped
  std::atomic<u32> sweepdone;  // no span left to claim; sweeps may still run

  std::atomic<MSpan*>* spans;  // indexed by page number within the arena
  uintptr spans_mapped;        // bytes; heap.lock

  uintptr bitmap;         // low end of its space; it is indexed downwards from arena_start
  uintptr bitmap_mapped;  // bytes; heap.lock
  // Constant on 64 bits once initialised.
  uintptr arena_start;
  std::atomic<uintptr> arena_used;
  uintptr arena_end;  // heap.lock
  bool arena_reserved;
  uintptr arena_limit;  // bytes of arena that bitmap and span table can cover

  PaddedMCentral central[num_size_classes];

  FixAlloc spanalloc, cachealloc;                       // heap.lock
  FixAlloc specialfinalizeralloc, specialprofilealloc;  // speciallock
  Mutex speciallock;

  u64 largefree;  // bytes; heap.lock
  u64 nlargefree;
  u64 nsmallfree[num_size_classes];
};

void mheap_init(M* mp);
// Allocates npages as an in-use span; large objects go on the busy lists.
MSpan* mheap_alloc(M* mp, uintptr npages, int sizeclass, bool large, bool needzero);
MSpan* mheap_alloc_stack(M* mp, uintptr npages);
// acct: the pages are subtracted from heap_alloc (large objects).
void mheap_free(M* mp, MSpan* s, bool acct);
// Takes a large object's span out of use for ever: its pages trap from now on (efence).
void mheap_fence(M* mp, MSpan* s);
void mheap_free_stack(M* mp, MSpan* s);
MSpan* mheap_lookup(Runtime* rt, const void* v);        // v in first or last page of a span
MSpan* mheap_lookup_maybe(Runtime* rt, const void* v);  // in-use span that holds v, or nullptr
// The span whose table entry covers address v; REQUIRES: v within the arena.
MSpan* span_of(Runtime* rt, uintptr v);
// Class of block that holds v (original: mlookup); any out pointer may be nullptr.
bool mlookup(M* mp, const void* v, uintptr* base, uintptr* size, MSpan** span);
// Gives free spans unused for longer than `limit` at time `now` (nanoseconds) back to the kernel;
// k is the number of the round, -1 if it was asked for.
void mheap_scavenge(M* mp, i32 k, u64 now, u64 limit);
// New arena memory; extends bitmap and span table. REQUIRES: heap.lock (or bootstrap).
void* mheap_sysalloc(M* mp, uintptr n);
void mheap_mapbits(M* mp, uintptr arena_used);
void mheap_mapspans(M* mp, uintptr arena_used);

void mcentral_init(MCentral* c, int sizeclass);
MSpan* mcentral_cache_span(M* mp, MCentral* c);
void mcentral_uncache_span(M* mp, MCentral* c, MSpan* s);
// Takes n freed objects back; called by the sweeper that owns s. True: s went to the heap.
bool mcentral_free_span(M* mp, MCentral* c, MSpan* s, i32 n, MLink* start, MLink* end,
                        bool preserve);

}  // namespace runtime_core
