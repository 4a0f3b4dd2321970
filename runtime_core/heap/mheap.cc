// Allocation of spans from the page heap, and its growth (original: mheap.go; facts §5.2-5.5).
#include "runtime_core/heap/mheap.h"

#include <cstring>

#include "runtime_core/heap/mheap_internal.h"
#include "runtime_core/heap/msize.h"
#include "runtime_core/os/mem.h"
#include "runtime_core/os/print.h"

namespace runtime_core {

namespace {

// First use of a span descriptor: enter it into allspans (original: recordspan).
// REQUIRES: heap.lock.
void record_span(M* mp, void* arg, void* object) {
  if (!rules().write_allspans) return;
  auto* h = static_cast<MHeap*>(arg);
  std::atomic<u64>* stat = &mp->rt->stats.other_sys;
  if (h->nspan >= h->allspans_capacity) {
    u32 capacity = tuning().allspans_initial_bytes / ptr_size;
    const u32 grown = h->allspans_capacity * 3 / 2;
    if (capacity < grown) capacity = grown;
    if (capacity <= h->nspan) capacity = h->nspan + 1;
    auto* bigger = static_cast<MSpan**>(sys_alloc(capacity * sizeof(MSpan*), stat));
    if (bigger == nullptr) out_of_memory("runtime: cannot allocate memory");
    if (h->allspans != nullptr) {
      std::memcpy(bigger, h->allspans, h->nspan * sizeof(MSpan*));
      // The collector may be iterating over the old array: then it frees it.
      if (h->allspans != h->gcspans) {
        sys_free(h->allspans, h->allspans_capacity * sizeof(MSpan*), stat);
      }
    }
    h->allspans = bigger;
    h->allspans_capacity = capacity;
  }
  h->allspans[h->nspan] = static_cast<MSpan*>(object);
  h->nspan++;
}

// Best fit: fewest pages, then lowest address (original: mHeap_AllocLarge, bestFit).
MSpan* best_fit(MSpan* list, uintptr npages) {
  MSpan* best = nullptr;
  for (MSpan* s = list->next.load(relaxed); s != list; s = s->next.load(relaxed)) {
    const uintptr n = s->npages.load(relaxed);
    if (n < npages) continue;
    if (best != nullptr) {
      const uintptr best_n = best->npages.load(relaxed);
      if (n > best_n) continue;
      const uintptr start = s->start.load(relaxed);
      if (n == best_n && start >= best->start.load(relaxed)) continue;
    }
    best = s;
  }
  return best;
}

MSpan* find_free_span(MHeap* h, uintptr npages) {
  for (uintptr n = npages; n < mheap_lists(); n++) {
    if (!mspanlist_is_empty(&h->free[n])) return h->free[n].next.load(relaxed);
  }
  return best_fit(&h->freelarge, npages);
}

void print_out_of_memory(M* mp, uintptr bytes) {
  PrintBuffer line;
  line.text("runtime: out of memory: cannot allocate ").number(bytes).text("-byte block (");
  line.number(mp->rt->stats.heap_sys.load(relaxed)).text(" in use)\n").write();
}

// Original: mHeap_Grow. The new memory is freed as if in use, so that it coalesces.
bool mheap_grow(M* mp, uintptr npages) {
  MHeap* h = &mp->rt->heap;
  const uintptr unit = tuning().grow_round_pages;
  const uintptr rounded = (npages + unit - 1) / unit * unit;
  const uintptr need = rounded << page_shift;
  uintptr ask = round_up(tuning().heap_alloc_chunk, page_size);
  if (ask < need) ask = need;
  void* v = mheap_sysalloc(mp, ask);
  if (v == nullptr && ask > need) {
    ask = need;
    v = mheap_sysalloc(mp, ask);
  }
  if (v == nullptr) {
    print_out_of_memory(mp, need);
    return false;
  }
  event(Event::heap_grow, reinterpret_cast<u64>(v), ask);
  auto* s = static_cast<MSpan*>(fixalloc_alloc(mp, &h->spanalloc));
  const uintptr pages = ask >> page_shift;
  mspan_init(s, reinterpret_cast<uintptr>(v) >> page_shift, pages);
  const uintptr p = span_index(h, s->start.load(relaxed));
  set_span(h, p, s);
  set_span(h, p + pages - 1, s);
  const u32 sg = h->sweepgen.load(relaxed);
  s->sweepgen.store(sg, seq_cst);
  s->state.store(span_in_use, relaxed);
  mheap_free_span_locked(mp, s, false, true);
  return true;
}

// Gives the pages after the first npages of s back to the heap.
void trim_span(M* mp, MSpan* s, uintptr npages) {
  MHeap* h = &mp->rt->heap;
  const uintptr start = s->start.load(relaxed);
  const uintptr tail_pages = s->npages.load(relaxed) - npages;
  auto* t = static_cast<MSpan*>(fixalloc_alloc(mp, &h->spanalloc));
  mspan_init(t, start + npages, tail_pages);
  s->npages.store(npages, relaxed);
  const uintptr p = span_index(h, start + npages);
  if (p > 0) set_span(h, p - 1, s);
  set_span(h, p, t);
  set_span(h, p + tail_pages - 1, t);
  t->needzero = s->needzero;
  // Neither may coalesce with the other.
  s->state.store(span_stack, relaxed);
  t->state.store(span_stack, relaxed);
  mheap_free_span_locked(mp, t, false, false);
  // Keeps the age of the pages. As committed: t may have been merged away just now, in which
  // case this writes to a free descriptor, whose reuse resets the field.
  t->unusedsince = s->unusedsince;
  s->state.store(span_free, relaxed);
}

void check_unlinked(const MSpan* s) {
  const MSpan* next = s->next.load(relaxed);
  const MSpan* prev = s->prev.load(relaxed);
  if (next != nullptr || prev != nullptr) throw_("still in list");
}

}  // namespace

void mheap_init(M* mp) {
  MHeap* h = &mp->rt->heap;
  MStats* stats = &mp->rt->stats;
  fixalloc_init(&h->spanalloc, sizeof(MSpan), record_span, h, &stats->mspan_sys);
  fixalloc_init(&h->cachealloc, sizeof(MCache), nullptr, nullptr, &stats->mcache_sys);
  fixalloc_init(&h->specialfinalizeralloc, sizeof(SpecialFinalizer), nullptr, nullptr,
                &stats->other_sys);
  fixalloc_init(&h->specialprofilealloc, sizeof(SpecialProfile), nullptr, nullptr,
                &stats->other_sys);
  for (int i = 0; i < max_mheap_list; i++) {
    mspanlist_init(&h->free[i]);
    mspanlist_init(&h->busy[i]);
  }
  mspanlist_init(&h->freelarge);
  mspanlist_init(&h->busylarge);
  for (int i = 0; i < num_size_classes; i++) mcentral_init(&h->central[i].mcentral, i);
}

void fold_local_alloc(M* mp) {
  MCache* c = mp->mcache;
  if (c == nullptr) return;  // threads without a P free stacks only
  MStats* stats = &mp->rt->stats;
  if (rules().write_heap_stats) {
    bump_counter(&stats->heap_alloc, static_cast<u64>(c->local_cachealloc));
  }
  c->local_cachealloc = 0;
  stats->tinyallocs += c->local_tinyallocs;
  c->local_tinyallocs = 0;
}

MSpan* mheap_alloc_span_locked(M* mp, uintptr npages) {
  MHeap* h = &mp->rt->heap;
  MStats* stats = &mp->rt->stats;
  MSpan* s = find_free_span(h, npages);
  if (s == nullptr) {
    if (!mheap_grow(mp, npages)) return nullptr;
    // The original looks at the large list only; a small chunk lands on another one.
    s = find_free_span(h, npages);
    if (s == nullptr) return nullptr;
  }
  if (s->state.load(relaxed) != span_free) throw_("MHeap_AllocLocked - MSpan not free");
  if (s->npages.load(relaxed) < npages) throw_("MHeap_AllocLocked - bad npages");
  mspanlist_remove(s);
  check_unlinked(s);
  if (s->npreleased > 0) {
    const uintptr bytes = s->bytes();
    sys_used(reinterpret_cast<void*>(s->base()), bytes);
    stats->heap_released -= s->npreleased << page_shift;
    s->npreleased = 0;
  }
  if (s->npages.load(relaxed) > npages) trim_span(mp, s, npages);
  s->unusedsince = 0;
  const uintptr p = span_index(h, s->start.load(relaxed));
  if (rules().write_span_table) {
    for (uintptr n = 0; n < npages; n++) set_span(h, p + n, s);
  }
  stats->heap_inuse += npages << page_shift;
  stats->heap_idle -= npages << page_shift;
  check_unlinked(s);
  return s;
}

namespace {

// Makes a fresh span visible to the sweeper and to lookups. A span in use whose sweepgen is
// stale would be claimed and swept while its first objects are handed out.
void start_using(MHeap* h, MSpan* s) {
  const u32 sg = h->sweepgen.load(relaxed);
  // A marker may find it by a stale pointer: it is empty until its blocks have their bits.
  if (rules().span_published_whole) s->limit.store(0, relaxed);
  if (!rules().write_sweepgen) {
    s->state.store(span_in_use, release);
  } else if (!rules().span_in_use_releases) {
    s->sweepgen.store(sg, relaxed);
    s->state.store(span_in_use, relaxed);
  } else if (rules().sweepgen_before_state) {
    s->sweepgen.store(sg, seq_cst);  // before the release of state; sweepone reads state first
    s->state.store(span_in_use, release);
  } else {
    s->state.store(span_in_use, release);
    s->sweepgen.store(sg, seq_cst);
  }
}

void account_large(M* mp, MSpan* s, uintptr npages) {
  MHeap* h = &mp->rt->heap;
  MStats* stats = &mp->rt->stats;
  stats->heap_objects++;
  if (rules().write_heap_stats) bump_counter(&stats->heap_alloc, npages << page_shift);
  // Swept spans live at the tails of the lists.
  if (rules().write_span_list) mspanlist_insert_back(busy_list_of(h, npages), s);
}

// Original: mHeap_Alloc_m.
MSpan* mheap_alloc_m(M* mp, uintptr npages, int sizeclass, bool large) {
  if (!on_g0(mp)) throw_("_mheap_alloc not on g0 stack");
  MHeap* h = &mp->rt->heap;
  lock(mp, &h->lock);
  // Growth without bound: sweep at least as many pages as are asked for first.
  if (h->sweepdone.load(relaxed) == 0) mheap_reclaim(mp, npages);
  fold_local_alloc(mp);
  MSpan* s = mheap_alloc_span_locked(mp, npages);
  if (s != nullptr) {
    s->freelist = nullptr;
    s->ref = 0;
    s->sizeclass.store(static_cast<u8>(sizeclass), relaxed);
    s->elemsize.store(sizeclass == 0 ? npages << page_shift : class_to_size(sizeclass), relaxed);
    start_using(h, s);
    if (large) account_large(mp, s, npages);
    event(Event::span_alloc, reinterpret_cast<u64>(s), s->base(), npages);
  }
  unlock(mp, &h->lock);
  return s;
}

}  // namespace

MSpan* mheap_alloc(M* mp, uintptr npages, int sizeclass, bool large, bool needzero) {
  MSpan* s = nullptr;
  systemstack(mp, [&] { s = mheap_alloc_m(mp, npages, sizeclass, large); });
  if (s != nullptr) {
    if (needzero && s->needzero != 0) {
      std::memset(reinterpret_cast<void*>(s->base()), 0, npages << page_shift);
    }
    s->needzero = 0;
  }
  return s;
}

MSpan* mheap_alloc_stack(M* mp, uintptr npages) {
  if (!on_g0(mp)) throw_("mheap_allocstack not on g0 stack");
  MHeap* h = &mp->rt->heap;
  lock(mp, &h->lock);
  MSpan* s = mheap_alloc_span_locked(mp, npages);
  if (s != nullptr) {
    s->freelist = nullptr;
    s->ref = 0;
    s->state.store(span_stack, relaxed);
    mp->rt->stats.stacks_inuse += npages << page_shift;
  }
  unlock(mp, &h->lock);
  return s;
}

MSpan* span_of(Runtime* rt, uintptr v) {
  MHeap* h = &rt->heap;
  return h->spans[span_index(h, v >> page_shift)].load(acquire);  // partner: set_span
}

MSpan* mheap_lookup(Runtime* rt, const void* v) {
  return span_of(rt, reinterpret_cast<uintptr>(v));
}

MSpan* mheap_lookup_maybe(Runtime* rt, const void* v) {
  MHeap* h = &rt->heap;
  const auto address = reinterpret_cast<uintptr>(v);
  if (address < h->arena_start) return nullptr;
  if (address >= h->arena_used.load(acquire)) return nullptr;  // partner: publish_arena_used
  MSpan* s = span_of(rt, address);
  if (s == nullptr) return nullptr;
  // Entries inside a free span are stale, hence all of these.
  if (address >> page_shift < s->start.load(relaxed)) return nullptr;
  if (address >= s->limit.load(relaxed)) return nullptr;
  if (s->state.load(acquire) != span_in_use) return nullptr;
  return s;
}

bool mlookup(M* mp, const void* v, uintptr* base, uintptr* size, MSpan** span) {
  mp->mcache->local_nlookup++;
  MSpan* s = mheap_lookup_maybe(mp->rt, v);
  uintptr block = 0;
  uintptr bytes = 0;
  if (s != nullptr) {
    block = s->base();
    bytes = s->bytes();
    if (s->sizeclass.load(relaxed) != 0) {
      bytes = s->elemsize.load(relaxed);
      block += (reinterpret_cast<uintptr>(v) - block) / bytes * bytes;
    }
  }
  if (base != nullptr) *base = block;
  if (size != nullptr) *size = bytes;
  if (span != nullptr) *span = s;
  return s != nullptr;
}

}  // namespace runtime_core
