// Freeing, coalescing, reclaiming and scavenging of spans (facts §5.6, §5.7, §5.9).
#include "runtime_core/gc/mgc.h"
#include "runtime_core/heap/mheap_internal.h"
#include "runtime_core/os/mem.h"
#include "runtime_core/os/os.h"
#include "runtime_core/os/print.h"

namespace runtime_core {

namespace {

void check_may_be_freed(const MHeap* h, const MSpan* s) {
  const u8 state = s->state.load(relaxed);
  if (state == span_stack) {
    if (s->ref != 0) throw_("MHeap_FreeSpanLocked - invalid stack free");
  } else if (state == span_in_use) {
    const u32 sg = h->sweepgen.load(relaxed);
    const u32 found = s->sweepgen.load(relaxed);
    if (s->ref != 0 || found != sg) {
      PrintBuffer line;
      line.text("MHeap_FreeSpanLocked - span ").pointer(s).text(" ptr ").hex(s->base());
      line.text(" ref ").number(s->ref).text(" sweepgen ").number(found).text("/").number(sg);
      line.text("\n").write();
      throw_("MHeap_FreeSpanLocked - invalid free");
    }
  } else {
    throw_("MHeap_FreeSpanLocked - invalid span state");
  }
}

void drop_descriptor(MHeap* h, MSpan* t) {
  mspanlist_remove(t);
  t->state.store(span_dead, relaxed);
  fixalloc_free(&h->spanalloc, t);
}

void coalesce_left(MHeap* h, MSpan* s) {
  const uintptr p = span_index(h, s->start.load(relaxed));
  if (p == 0) return;
  MSpan* t = h->spans[p - 1].load(relaxed);
  if (t == nullptr) return;
  const u8 state = t->state.load(relaxed);
  if (state == span_in_use || state == span_stack) return;
  const uintptr left_pages = t->npages.load(relaxed);
  const uintptr start = t->start.load(relaxed);
  s->start.store(start, relaxed);
  const uintptr pages = s->npages.load(relaxed);
  s->npages.store(pages + left_pages, relaxed);
  s->npreleased = t->npreleased;  // absorbed: releases of s itself were reset by the caller
  s->needzero |= t->needzero;
  set_span(h, p - left_pages, s);
  drop_descriptor(h, t);
}

void coalesce_right(MHeap* h, MSpan* s) {
  const uintptr p = span_index(h, s->start.load(relaxed));
  const uintptr pages = s->npages.load(relaxed);
  if ((p + pages) * ptr_size >= h->spans_mapped) return;
  MSpan* t = h->spans[p + pages].load(relaxed);
  if (t == nullptr) return;
  const u8 state = t->state.load(relaxed);
  if (state == span_in_use || state == span_stack) return;
  const uintptr right_pages = t->npages.load(relaxed);
  s->npages.store(pages + right_pages, relaxed);
  s->npreleased += t->npreleased;
  s->needzero |= t->needzero;
  set_span(h, p + pages + right_pages - 1, s);
  drop_descriptor(h, t);
}

}  // namespace

void mheap_free_span_locked(M* mp, MSpan* s, bool acct_inuse, bool acct_idle) {
  MHeap* h = &mp->rt->heap;
  MStats* stats = &mp->rt->stats;
  check_may_be_freed(h, s);
  const uintptr pages = s->npages.load(relaxed);
  event(Event::free_span, reinterpret_cast<u64>(s), s->base(), pages);
  if (acct_inuse) stats->heap_inuse -= pages << page_shift;
  if (acct_idle) stats->heap_idle += pages << page_shift;
  s->state.store(span_free, relaxed);
  mspanlist_remove(s);
  s->unusedsince = nanotime();  // the scavenger's age
  s->npreleased = 0;
  coalesce_left(h, s);
  coalesce_right(h, s);
  mspanlist_insert(free_list_of(h, s->npages.load(relaxed)), s);
}

void mheap_free(M* mp, MSpan* s, bool acct) {
  systemstack(mp, [&] {
    MHeap* h = &mp->rt->heap;
    MStats* stats = &mp->rt->stats;
    lock(mp, &h->lock);
    fold_local_alloc(mp);
    if (acct) {
      const u64 bytes = s->bytes();
      if (rules().write_heap_stats) bump_counter(&stats->heap_alloc, u64{0} - bytes);
      stats->heap_objects--;
    }
    mheap_free_span_locked(mp, s, true, true);
    unlock(mp, &h->lock);
  });
}

// The original leaves a fenced span in use: it is found unmarked in every later cycle, and the
// checkmark pass misses its boundary bit. Here it becomes what neither the collector looks at nor
// a neighbour coalesces with.
void mheap_fence(M* mp, MSpan* s) {
  systemstack(mp, [&] {
    MHeap* h = &mp->rt->heap;
    lock(mp, &h->lock);
    fold_local_alloc(mp);
    event(Event::free_span, reinterpret_cast<u64>(s), s->base(), s->npages.load(relaxed));
    const u64 bytes = s->bytes();
    if (rules().write_heap_stats) bump_counter(&mp->rt->stats.heap_alloc, u64{0} - bytes);
    mp->rt->stats.heap_objects--;
    mspanlist_remove(s);
    s->state.store(span_stack, relaxed);
    unlock(mp, &h->lock);
  });
}

void mheap_free_stack(M* mp, MSpan* s) {
  if (!on_g0(mp)) throw_("mheap_freestack not on g0 stack");
  MHeap* h = &mp->rt->heap;
  s->needzero = 1;
  lock(mp, &h->lock);
  mp->rt->stats.stacks_inuse -= s->bytes();
  mheap_free_span_locked(mp, s, true, true);
  unlock(mp, &h->lock);
}

namespace {

// Sweeps large objects of one list until npages spans were freed. Counts spans where pages are
// meant, as committed, and so sweeps too much. REQUIRES: heap.lock, dropped around each sweep.
uintptr reclaim_list(M* mp, MSpan* list, uintptr npages) {
  MHeap* h = &mp->rt->heap;
  uintptr freed = 0;
  const u32 sg = h->sweepgen.load(relaxed);
  MSpan* s = list->next.load(relaxed);
  while (s != list) {
    if (mspan_claim(s, sg)) {
      // Swept spans live at the tail; once the lock is dropped s may be anywhere.
      mspanlist_remove(s);
      mspanlist_insert_back(list, s);
      unlock(mp, &h->lock);
      if (mspan_sweep(mp, s, false)) freed++;
      lock(mp, &h->lock);
      if (freed >= npages) return freed;
      s = list->next.load(relaxed);  // the list may have changed
      continue;
    }
    const u32 found = s->sweepgen.load(relaxed);
    if (found != sg - 1) break;  // already swept, like all after it
    s = s->next.load(relaxed);   // another thread is sweeping it
  }
  return freed;
}

}  // namespace

void mheap_reclaim(M* mp, uintptr npages) {
  MHeap* h = &mp->rt->heap;
  // One span that is large enough.
  for (uintptr i = npages; i < mheap_lists(); i++) {
    if (reclaim_list(mp, &h->busy[i], npages) != 0) return;
  }
  if (reclaim_list(mp, &h->busylarge, npages) != 0) return;
  // Several smaller ones that may coalesce.
  uintptr reclaimed = 0;
  for (uintptr i = 0; i < npages && i < mheap_lists(); i++) {
    reclaimed += reclaim_list(mp, &h->busy[i], npages - reclaimed);
    if (reclaimed >= npages) return;
  }
  // Anything, small objects' spans too.
  unlock(mp, &h->lock);
  while (reclaimed < npages) {
    const uintptr n = sweepone(mp);
    if (n == sweep_nothing_left) break;
    reclaimed += n;
  }
  lock(mp, &h->lock);
}

namespace {

// Original: scavengelist. REQUIRES: heap.lock, held across the system call as committed.
uintptr scavenge_list(M* mp, MSpan* list, u64 now, u64 limit) {
  uintptr released = 0;
  for (MSpan* s = list->next.load(relaxed); s != list; s = s->next.load(relaxed)) {
    const uintptr pages = s->npages.load(relaxed);
    if (now - static_cast<u64>(s->unusedsince) <= limit || s->npreleased == pages) continue;
    const uintptr bytes = (pages - s->npreleased) << page_shift;
    mp->rt->stats.heap_released += bytes;
    released += bytes;
    s->npreleased = pages;
    const uintptr base = s->base();
    event(Event::scavenge, base, pages << page_shift);
    sys_unused(reinterpret_cast<void*>(base), pages << page_shift);
  }
  return released;
}

}  // namespace

// heap_inuse and heap_sys include the stacks, as committed.
void format_scavenge(M* mp, i32 k, uintptr released, PrintBuffer* out) {
  const MStats& stats = mp->rt->stats;
  const u64 sys = stats.heap_sys.load(relaxed);
  if (released > 0) {
    out->text("scvg").signed_number(k).text(": ").number(released >> 20).text(" MB released\n");
  }
  out->text("scvg").signed_number(k).text(": inuse: ").number(stats.heap_inuse >> 20);
  out->text(", idle: ").number(stats.heap_idle >> 20).text(", sys: ").number(sys >> 20);
  out->text(", released: ").number(stats.heap_released >> 20);
  out->text(", consumed: ").number((sys - stats.heap_released) >> 20).text(" (MB)\n");
}

void mheap_scavenge(M* mp, i32 k, u64 now, u64 limit) {
  MHeap* h = &mp->rt->heap;
  lock(mp, &h->lock);
  uintptr released = 0;
  for (int i = 0; i < max_mheap_list; i++) {
    released += scavenge_list(mp, &h->free[i], now, limit);
  }
  released += scavenge_list(mp, &h->freelarge, now, limit);
  unlock(mp, &h->lock);
  if (mp->rt->debug.gctrace == 0) return;
  printlock(mp);
  PrintBuffer out;
  format_scavenge(mp, k, released, &out);
  out.write();
  printunlock(mp);
}

}  // namespace runtime_core
