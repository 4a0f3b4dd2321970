// What the files of the page heap share (not for other directories).
#pragma once

#include "runtime_core/runtime.h"

namespace runtime_core {

// Index into the span table of an absolute page number.
inline uintptr span_index(const MHeap* h, uintptr page) {
  return page - (h->arena_start >> page_shift);
}

// Release publishes the descriptor to lookups that start from an object's address.
inline void set_span(MHeap* h, uintptr index, MSpan* s) {
  if (rules().publish_release) {
    h->spans[index].store(s, release);
  } else {
    h->spans[index].store(s, relaxed);
  }
}

// A plain counter that others may read racily; REQUIRES: the lock that guards it.
inline void bump_counter(std::atomic<u64>* counter, u64 delta) {
  const u64 old = counter->load(relaxed);
  counter->store(old + delta, relaxed);
}

// Spans of fewer pages than this have a list by page count.
inline uintptr mheap_lists() {
  const u32 n = tuning().mheap_lists;
  return n < max_mheap_list ? n : max_mheap_list;
}

inline MSpan* free_list_of(MHeap* h, uintptr npages) {
  return npages < mheap_lists() ? &h->free[npages] : &h->freelarge;
}

inline MSpan* busy_list_of(MHeap* h, uintptr npages) {
  return npages < mheap_lists() ? &h->busy[npages] : &h->busylarge;
}

// Folds the counters that make heap_alloc move; REQUIRES: heap.lock.
void fold_local_alloc(M* mp);
MSpan* mheap_alloc_span_locked(M* mp, uintptr npages);
void mheap_free_span_locked(M* mp, MSpan* s, bool acct_inuse, bool acct_idle);
class PrintBuffer;
// The two lines that gctrace prints for a scavenge which released that many bytes.
void format_scavenge(M* mp, i32 k, uintptr released, PrintBuffer* out);
void mheap_reclaim(M* mp, uintptr npages);

}  // namespace runtime_core
