// Sweeping: a span at a time, by whoever claims it (original: mgc.go, mSpan_Sweep..sweepone).
#include "runtime_core/gc/internal.h"
#include "runtime_core/heap/alloctrace.h"

namespace runtime_core {

namespace {

// "Needs to be zeroed": the allocator looks at word 1 of a free block.
constexpr uintptr dead_word = 0xdeaddeaddeaddead;

// What one sweep of a span collects on the way.
struct Sweeper {
  M* mp;
  MSpan* s;
  uintptr arena_start;
  uintptr base;
  uintptr size;
  u32 sweepgen;  // of the heap
  bool preserve;
  u32 nfree = 0;
  MLink head{nullptr};
  MLink* end = nullptr;
};

void check_pinned(M* mp) {
  if (!rules().sweep_pinned) return;
  if (mp->locks == 0 && mp->mallocing == 0 && !on_g0(mp)) {
    throw_("MSpan_Sweep: m is not locked");
  }
}

void check_owned(const Sweeper& sw, const char* message) {
  const bool in_use = sw.s->state.load(relaxed) == span_in_use;
  const bool ours = sw.s->sweepgen.load(relaxed) == sw.sweepgen - 1;
  if (!in_use || !ours) fail("span.sweepgen_owner", message);
}

// Free objects are not garbage: mark them for this sweep.
void mark_free_list(const Sweeper& sw) {
  if (!rules().sweep_marks_free_list) return;
  for (MLink* link = sw.s->freelist; link != nullptr; link = link->next) {
    const auto at = bitmap_position(sw.arena_start, reinterpret_cast<uintptr>(link));
    bitmap_set_owned(at.bitp, static_cast<u8>(bit_marked << at.shift));
  }
}

bool is_marked_at(const BitmapPosition& at) {
  return (bitmap_load(at.bitp) >> at.shift & bit_marked) != 0;
}

Special* splice(Special** link) {
  Special* y = *link;
  *link = y->next;
  return y;
}

// The records of one dead object, all of them: an object with a finalizer lives one cycle more
// and keeps its other records. Returns the link after them.
Special** sweep_records_of_object(const Sweeper& sw, Special** link, uintptr end_offset,
                                  const BitmapPosition& at) {
  bool has_finalizer = false;
  for (Special* t = *link; t != nullptr && t->offset < end_offset; t = t->next) {
    has_finalizer = has_finalizer || t->kind == kind_special_finalizer;
  }
  if (has_finalizer) bitmap_set_owned(at.bitp, static_cast<u8>(bit_marked << at.shift));
  while (*link != nullptr && (*link)->offset < end_offset) {
    if (has_finalizer && (*link)->kind != kind_special_finalizer) {
      link = &(*link)->next;
      continue;
    }
    Special* y = splice(link);
    // The exact address the record was set for, not the object's beginning.
    freespecial(sw.mp, y, reinterpret_cast<void*>(sw.base + y->offset), sw.size, false);
  }
  return link;
}

// As committed: the first finalizer marks the object, which hides the other records.
Special** sweep_one_record(const Sweeper& sw, Special** link, const BitmapPosition& at) {
  Special* y = splice(link);
  void* p = reinterpret_cast<void*>(sw.base + y->offset);
  if (!freespecial(sw.mp, y, p, sw.size, false)) {
    bitmap_set_owned(at.bitp, static_cast<u8>(bit_marked << at.shift));
  }
  return link;
}

void sweep_specials(const Sweeper& sw) {
  Special** link = &sw.s->specials;
  while (*link != nullptr) {
    const uintptr first = (*link)->offset / sw.size * sw.size;
    const auto at = bitmap_position(sw.arena_start, sw.base + first);
    if (is_marked_at(at)) {
      link = &(*link)->next;
    } else if (rules().tiny_queues_every_finalizer) {
      link = sweep_records_of_object(sw, link, first + sw.size, at);
    } else {
      link = sweep_one_record(sw, link, at);
    }
  }
}

void link_free(Sweeper* sw, uintptr p) {
  auto* block = reinterpret_cast<MLink*>(p);
  if (sw->end == nullptr) {
    sw->head.next = block;
  } else if (rules().write_free_link) {
    sw->end->next = block;
  }
  sw->end = block;
  sw->nfree++;
}

void free_small(Sweeper* sw, uintptr p) {
  auto* words = reinterpret_cast<uintptr*>(p);
  if (sw->size > 2 * ptr_size) {
    words[1] = dead_word;
  } else if (sw->size > ptr_size) {
    words[1] = 0;
  }
  link_free(sw, p);
}

// The span goes back to the heap; sweepgen first, for it is allocatable afterwards.
void free_large(Sweeper* sw, uintptr p) {
  if (sw->preserve) throw_("can't preserve large span");
  M* mp = sw->mp;
  MSpan* s = sw->s;
  unmarkspan(mp->rt, p, s->bytes());
  if (rules().write_needzero) s->needzero = 1;
  s->sweepgen.store(sw->sweepgen, seq_cst);
  if (mp->rt->debug.efence > 0) {
    s->limit.store(0, relaxed);  // no lookup shall find it
    sys_fault(reinterpret_cast<void*>(p), sw->size);
    if (rules().efence_fences_once) mheap_fence(mp, s);
  } else {
    mheap_free(mp, s, true);
  }
  mp->mcache->local_nlargefree++;
  mp->mcache->local_largefree += sw->size;
  next_gc_freed(mp, sw->size);
}

// Clears the mark of a live object; frees a dead one. True if a large span went away.
bool sweep_object(Sweeper* sw, uintptr p) {
  const auto at = bitmap_position(sw->arena_start, p);
  if (is_marked_at(at)) {
    if (rules().sweep_clears_marks) {
      bitmap_clear_owned(at.bitp, static_cast<u8>(bit_marked << at.shift));
    }
    return false;
  }
  M* mp = sw->mp;
  if (mp->rt->hooks.tracefree != nullptr) {
    mp->rt->hooks.tracefree(mp, reinterpret_cast<void*>(p), sw->size);
  } else if (mp->rt->debug.allocfreetrace != 0) {
    tracefree(mp, reinterpret_cast<void*>(p), sw->size);
  }
  event(Event::free_object, p, sw->size, reinterpret_cast<u64>(sw->s));
  // Allocated, not marked, no pointers; the other nibbles keep their stale types.
  bitmap_clear_owned(at.bitp, static_cast<u8>((bit_marked | bits_mask << 2) << at.shift));
  if (sw->s->sizeclass.load(relaxed) == 0) {
    free_large(sw, p);
    return true;
  }
  free_small(sw, p);
  return false;
}

// Mutant double-free: the first dead object is freed again, which closes the list to a ring.
void free_first_again(Sweeper* sw) {
  sw->s->freelist = sw->head.next;
  sw->nfree++;
  event(Event::free_object, reinterpret_cast<u64>(sw->head.next), sw->size,
        reinterpret_cast<u64>(sw->s));
}

bool give_back_freed(Sweeper* sw) {
  if (!rules().sweep_frees_once) free_first_again(sw);
  MCache* c = sw->mp->mcache;
  const u8 cl = sw->s->sizeclass.load(relaxed);
  const uintptr bytes = sw->nfree * sw->size;
  c->local_nsmallfree[cl] += sw->nfree;
  c->local_cachealloc -= static_cast<i64>(bytes);
  next_gc_freed(sw->mp, bytes);
  MCentral* central = &heap_of(sw->mp).central[cl].mcentral;
  return mcentral_free_span(sw->mp, central, sw->s, static_cast<i32>(sw->nfree), sw->head.next,
                            sw->end, sw->preserve);
}

bool claim(MSpan* s, u32 heap_sweepgen) {
  u32 unswept = heap_sweepgen - 2;
  if (rules().sweepgen_cas) {
    // Acquire: partner is the release that ended the last owner's work on the span.
    return s->sweepgen.compare_exchange_strong(unswept, heap_sweepgen - 1, seq_cst, seq_cst);
  }
  if (s->sweepgen.load(seq_cst) != unswept) return false;
  s->sweepgen.store(heap_sweepgen - 1, seq_cst);
  return true;
}

// Mutant sweep-preemptible: the world may stop here, and a goroutine go on on another M.
void let_others_run(Sweeper* sw) {
  M* mp = sw->mp;
  if (!mp->rt->sched.runs_goroutines) return safepoint(mp);
  if (on_g0(mp)) return;
  G* gp = mp->g;
  prologue(gp);
  sw->mp = gp->m;
}

// Rule finalizer_wake_by_flag broken: "all spans are claimed" is taken for "all are swept".
void note_sweep_done(M* mp) {
  heap_of(mp).sweepdone.store(1, seq_cst);
  if (!rules().finalizer_wake_by_flag) work_of(mp).fin.fingwake.store(true, relaxed);
}

}  // namespace

// Original: mSpan_Sweep. The caller claimed s (sweepgen h-1). Returns true if the span went back
// to the heap; with `preserve` it does not, and stays on its list.
bool mspan_sweep(M* mp, MSpan* s, bool preserve) {
  MHeap& h = heap_of(mp);
  if (work_of(mp).checkmark) {
    throw_("MSpan_Sweep: checkmark only runs in STW and after the sweep");
  }
  check_pinned(mp);
  Sweeper sw{.mp = mp,
             .s = s,
             .arena_start = h.arena_start,
             .base = s->base(),
             .size = s->elemsize.load(relaxed),
             .sweepgen = h.sweepgen.load(relaxed),
             .preserve = preserve};
  check_owned(sw, "MSpan_Sweep: bad span state");
  event(Event::span_sweep_begin, reinterpret_cast<u64>(s), sw.sweepgen);
  mark_free_list(sw);
  sweep_specials(sw);
  bool gone = false;
  const u32 n = span_objects(s);
  for (u32 i = 0; i < n; i++) {
    gone = sweep_object(&sw, sw.base + i * sw.size) || gone;
    if (!rules().sweep_pinned) let_others_run(&sw);
  }
  bool returned = gone;
  if (!gone && sw.nfree == 0) {
    check_owned(sw, "MSpan_Sweep: bad span state after sweep");
    // Release: partner is the acquire load in mspan_ensure_swept and mcentral_cache_span.
    s->sweepgen.store(sw.sweepgen, seq_cst);
  } else if (sw.nfree > 0) {
    returned = give_back_freed(&sw);
  }
  event(Event::span_sweep_end, reinterpret_cast<u64>(s), gone ? 1 : sw.nfree, returned);
  return returned;
}

// Original: sweepone. Pages given back to the heap, or sweep_nothing_left.
uintptr sweepone(M* mp) {
  Work& work = work_of(mp);
  // Pinned: a collection in the middle would see half a span.
  const i32 pin = rules().sweep_pinned ? 1 : 0;
  mp->locks += pin;
  const u32 sg = heap_of(mp).sweepgen.load(relaxed);
  for (;;) {
    const u32 idx = work.sweep.spanidx.fetch_add(1, seq_cst);
    if (idx >= work.nspans) {
      note_sweep_done(mp);
      mp->locks -= pin;
      return sweep_nothing_left;
    }
    MSpan* s = work.spans[idx];
    // Acquire: a span that is seen in use is seen with its sweepgen (mheap.cc: start_using).
    if (s->state.load(acquire) != span_in_use) {
      // Races with an allocation of the same descriptor, which stores the same value.
      s->sweepgen.store(sg, relaxed);
      continue;
    }
    if (s->sweepgen.load(relaxed) != sg - 2 || !claim(s, sg)) continue;
    // Read before: afterwards the descriptor may belong to somebody else.
    uintptr npages = s->npages.load(relaxed);
    const bool freed = mspan_sweep(mp, s, false);
    if (!rules().reclaim_saves_npages) npages = s->npages.load(relaxed);
    if (freed) event(Event::span_counted, reinterpret_cast<u64>(s), npages);
    mp->locks -= pin;
    return freed ? npages : 0;
  }
}

// Original: gosweepone.
uintptr gosweepone(M* mp) {
  if (!rules().sweep_pinned && mp->rt->sched.runs_goroutines) return sweepone(mp);
  uintptr pages = 0;
  systemstack(mp, [&] { pages = sweepone(mp); });
  return pages;
}

// Original: gosweepdone.
bool gosweepdone(M* mp) { return heap_of(mp).sweepdone.load(relaxed) != 0; }

// Original: mSpan_EnsureSwept. The caller is pinned, else the span may be unswept on return.
void mspan_ensure_swept(M* mp, MSpan* s) {
  if (rules().ensure_swept_pinned && mp->locks == 0 && mp->mallocing == 0 && !on_g0(mp)) {
    throw_("MSpan_EnsureSwept: m is not locked");
  }
  const u32 sg = heap_of(mp).sweepgen.load(relaxed);
  // Acquire: partner is the store that ends a sweep.
  if (s->sweepgen.load(seq_cst) == sg) return;
  if (claim(s, sg)) {
    mspan_sweep(mp, s, false);
    return;
  }
  // Somebody is at it, and there is nothing to sleep on.
  while (s->sweepgen.load(seq_cst) != sg) osyield();
}

// Original: finishsweep_m. No span may carry the last cycle's state into the next mark.
void finishsweep(M* mp) {
  Work& work = work_of(mp);
  while (sweepone(mp) != sweep_nothing_left) work.sweep.npausesweep.fetch_add(1, relaxed);
  // Mutant sweep-preemptible: the owner of such a span may be stopped, waiting would be for ever.
  if (!rules().sweep_pinned) return;
  const u32 sg = heap_of(mp).sweepgen.load(relaxed);
  for (u32 i = 0; i < work.nspans; i++) {
    MSpan* s = work.spans[i];
    if (s->state.load(acquire) != span_in_use) continue;  // as in sweepone
    if (s->sweepgen.load(seq_cst) != sg) mspan_ensure_swept(mp, s);
  }
}

}  // namespace runtime_core
