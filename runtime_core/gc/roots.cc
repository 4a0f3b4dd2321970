// The mark roots: registered areas, finalizer blocks, specials, caches, goroutines (original:
// markroot).
#include "runtime_core/gc/internal.h"
#include "runtime_core/stack/frame.h"

namespace runtime_core {

namespace {

void scan_area(M* mp, const RootArea& area) {
  if (area.ptrmask != nullptr) {
    scanblock(mp, area.start, area.bytes, area.ptrmask);
    return;
  }
  constexpr uintptr chunk = word_map_max * ptr_size;
  for (uintptr i = 0; i < area.bytes; i += chunk) {
    const uintptr n = area.bytes - i < chunk ? area.bytes - i : chunk;
    scanblock(mp, area.start + i, n, pointer_words.bytes);
  }
}

void scan_areas_of_kind(M* mp, RootKind kind) {
  Work& work = work_of(mp);
  for (u32 i = 0; i < work.nroots; i++) {
    if (work.roots[i].kind == kind) scan_area(mp, work.roots[i]);
  }
}

// Not locked in the original, where what is missed is found when marking ends (L30).
void mark_finalizer_blocks(M* mp) {
  FinState& fin = work_of(mp).fin;
  const bool locked = others_run(mp);
  if (locked) lock(mp, &fin.lock);
  for (FinBlock* fb = fin.allfin; fb != nullptr; fb = fb->alllink) {
    const uintptr bytes = static_cast<uintptr>(fb->cnt) * sizeof(Finalizer);
    scanblock(mp, reinterpret_cast<uintptr>(&fb->fin[0]), bytes, fin.ptrmask);
  }
  if (locked) unlock(mp, &fin.lock);
}

// What a finalizer's object points to must live, the object itself need not.
void mark_specials(M* mp, MSpan* s) {
  const uintptr size = s->elemsize.load(relaxed);
  const bool locked = others_run(mp) && rules().specials_locked_in_scan;
  if (locked) lock(mp, &s->speciallock);
  for (Special* sp = s->specials; sp != nullptr; sp = sp->next) {
    if (sp->kind != kind_special_finalizer) continue;
    auto* spf = reinterpret_cast<SpecialFinalizer*>(sp);
    // A finalizer may be set for an inner byte of a tiny block.
    const uintptr p = s->base() + sp->offset / size * size;
    if (gcphase_of(mp) != GcPhase::scan) scanblock(mp, p, size, nullptr);
    scanblock(mp, reinterpret_cast<uintptr>(&spf->fn), ptr_size, pointer_words.bytes);
  }
  if (locked) unlock(mp, &s->speciallock);
}

void mark_span_specials(M* mp) {
  Work& work = work_of(mp);
  const u32 sg = heap_of(mp).sweepgen.load(relaxed);
  for (u32 i = 0; i < work.nspans; i++) {
    MSpan* s = work.spans[i];
    // Acquire: a span that is seen in use is seen with its sweepgen (mheap.cc: start_using).
    if (s->state.load(acquire) != span_in_use) continue;
    if (!work.checkmark && s->sweepgen.load(relaxed) != sg) throw_("gc: unswept span");
    mark_specials(mp, s);
  }
}

// The n-th stack area: the place that a goroutine's stack has in the original.
void mark_stack_area(M* mp, u32 n) {
  Work& work = work_of(mp);
  for (u32 i = 0; i < work.nroots; i++) {
    if (work.roots[i].kind != RootKind::stack) continue;
    if (n-- > 0) continue;
    scan_area(mp, work.roots[i]);
    return;
  }
  throw_("markroot: bad index");
}

}  // namespace

// Stack areas registered, that is the mark jobs after the fixed ones.
u32 stack_area_count(M* mp) {
  Work& work = work_of(mp);
  u32 n = 0;
  for (u32 i = 0; i < work.nroots; i++) n += work.roots[i].kind == RootKind::stack;
  return n;
}

// Original: markroot. Job i of the parallel mark.
void markroot(M* mp, ParFor*, u32 i) {
  if (i == root_data && !rules().checkmark_scans_every_root && work_of(mp).checkmark) return;
  if ((i == root_data || i == root_bss) && roots_are_marked(mp)) return;
  switch (i) {
    case root_data:
      scan_areas_of_kind(mp, RootKind::data);
      break;
    case root_bss:
      scan_areas_of_kind(mp, RootKind::bss);
      break;
    case root_finalizers:
      mark_finalizer_blocks(mp);
      break;
    case root_spans:
      if (rules().markterm_scans_specials || others_run(mp)) mark_span_specials(mp);
      break;
    case root_flush_caches:
      if (!others_run(mp)) flushallmcaches(mp);
      break;
    default:
      if (i - root_count < stack_area_count(mp)) {
        mark_stack_area(mp, i - root_count);
      } else {
        mark_goroutine(mp, i - root_count - stack_area_count(mp));
      }
      break;
  }
}

void add_root_area(M* mp, const RootArea& area) {
  Work& work = work_of(mp);
  lock(mp, &work.roots_lock);
  if (work.nroots == root_areas_max) throw_("add_root_area: too many root areas");
  work.roots[work.nroots++] = area;
  unlock(mp, &work.roots_lock);
  event(Event::root_add, area.start, area.bytes, area.ptrmask == nullptr);
}

void remove_root_area(M* mp, uintptr start) {
  Work& work = work_of(mp);
  lock(mp, &work.roots_lock);
  u32 i = 0;
  while (i < work.nroots && work.roots[i].start != start) i++;
  if (i == work.nroots) throw_("remove_root_area: no such area");
  work.roots[i] = work.roots[--work.nroots];
  unlock(mp, &work.roots_lock);
}

}  // namespace runtime_core
