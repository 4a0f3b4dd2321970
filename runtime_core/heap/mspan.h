// Spans: runs of pages, their descriptors and lists (original: mspan in malloc2.go; facts §5.1).
//
// Threads: next, prev are guarded by the lock of the list that holds the span; freelist, ref,
// incache, needzero belong to the span's owner (the mcache, the sweeper that claimed it, or the
// holder of heap.lock for a free span). start, npages, limit, elemsize, sizeclass and state are
// read by any thread that found the span through the table, hence atomic.
// Invariants: span.sweepgen_owner — h-2 unswept, h-1 one owner is sweeping, h swept.
// Ordering: the CAS to h-1 acquires, the store of h releases the swept free list and bitmap.
#pragma once

#include "runtime_core/heap/fixalloc.h"
#include "runtime_core/heap/special.h"
#include "runtime_core/sync/mutex.h"

namespace runtime_core {

enum SpanState : u8 { span_in_use, span_stack, span_free, span_list_head, span_dead };

struct MSpan {
  std::atomic<MSpan*> next, prev;  // circular list; nullptr when unlinked
  std::atomic<uintptr> start;      // address >> page_shift
  std::atomic<uintptr> npages;
  MLink* freelist;
  std::atomic<u32> sweepgen;
  u16 ref;  // objects handed out: capacity - length of freelist
  std::atomic<u8> sizeclass;
  bool incache;
  std::atomic<u8> state;  // SpanState
  u8 needzero;
  std::atomic<uintptr> elemsize;
  i64 unusedsince;             // nanoseconds; heap.lock
  uintptr npreleased;          // pages given back to the kernel; heap.lock
  std::atomic<uintptr> limit;  // end of object data
  Mutex speciallock;
  Special* specials;

  uintptr base() const { return start.load(relaxed) << page_shift; }
  uintptr bytes() const { return npages.load(relaxed) << page_shift; }
};

// Resets all but sweepgen and limit; state becomes dead.
void mspan_init(MSpan* s, uintptr start, uintptr npages);

// The right to sweep a span of the previous cycle; sg is the heap's sweepgen.
bool mspan_claim(MSpan* s, u32 sg);

// List heads are spans that point at themselves.
void mspanlist_init(MSpan* list);
bool mspanlist_is_empty(const MSpan* list);
void mspanlist_insert(MSpan* list, MSpan* s);       // front
void mspanlist_insert_back(MSpan* list, MSpan* s);  // tail
void mspanlist_remove(MSpan* s);                    // no-op when unlinked

}  // namespace runtime_core
