// The reserved address space: span table, bitmap, arena, and their growth (facts §3).
#include "runtime_core/heap/msize.h"
#include "runtime_core/os/mem.h"
#include "runtime_core/runtime.h"

namespace runtime_core {

namespace {

constexpr uintptr arena_hint_default = uintptr{0x00c0} << 32;
constexpr uintptr bitmap_chunk = 8192;
constexpr uintptr bitmap_ratio = ptr_size * 8 / 4;  // arena bytes covered by a bitmap byte

struct Reservation {
  uintptr p;  // 0: refused
  uintptr bytes, spans_bytes, bitmap_bytes, limit;
  bool reserved;
};

// An ordinary 64-bit machine takes its whole arena at once.
Reservation reserve_whole(Runtime* rt) {
  Reservation r{};
  const uintptr max_mem = (uintptr{1} << tuning().mheap_map_total_bits) - 1;
  const uintptr arena_bytes = round_up(max_mem, page_size);
  r.limit = arena_bytes;
  r.bitmap_bytes = round_up(arena_bytes / bitmap_ratio, page_size);
  r.spans_bytes = round_up(arena_bytes / page_size * ptr_size, page_size);
  r.bytes = r.spans_bytes + r.bitmap_bytes + arena_bytes + page_size;
  const uintptr base = rt->arena_hint != 0 ? rt->arena_hint : arena_hint_default;
  for (uintptr i = 0; i < tuning().arena_hints && r.p == 0; i++) {
    auto* hint = reinterpret_cast<void*>(i << 40 | base);
    r.p = reinterpret_cast<uintptr>(sys_reserve(hint, r.bytes, &r.reserved));
  }
  return r;
}

// A small address space: tables for the limit, a quarter of it as the first piece of arena.
Reservation reserve_small(Runtime* rt) {
  Reservation r{};
  const uintptr whole = uintptr{1} << tuning().mheap_map_total_bits;
  const uintptr most = tuning().small_arena;  // original: MaxArena32
  r.limit = whole < most ? whole : most;
  r.bitmap_bytes = round_up(r.limit / bitmap_ratio, page_size);
  r.spans_bytes = round_up(r.limit / page_size * ptr_size, page_size);
  r.bytes = r.spans_bytes + r.bitmap_bytes + r.limit / 4 + page_size;
  auto* hint = reinterpret_cast<void*>(round_up(rt->arena_hint, 1 << 20));
  r.p = reinterpret_cast<uintptr>(sys_reserve(hint, r.bytes, &r.reserved));
  if (r.p == 0) throw_("runtime: cannot reserve arena virtual address space");
  return r;
}

}  // namespace

void mallocinit(M* mp) {
  Runtime* rt = mp->rt;
  MHeap* h = &rt->heap;
  if (class_to_size(tiny_size_class) != tiny_size) throw_("bad TinySizeClass");
  for (int i = 0; i < num_size_classes; i++) rt->stats.by_size[i].size = class_to_size(i);
  Reservation r{};
  if (!rt->small_layout) r = reserve_whole(rt);
  if (r.p == 0) r = reserve_small(rt);
  // The kernel aligns to its own page, which may be smaller than ours.
  const uintptr p1 = round_up(r.p, page_size);
  h->spans = reinterpret_cast<std::atomic<MSpan*>*>(p1);
  h->bitmap = p1 + r.spans_bytes;
  h->arena_start = p1 + r.spans_bytes + r.bitmap_bytes;
  h->arena_used.store(h->arena_start, relaxed);
  // A page of the reservation is there for the rounding of its beginning. The original counts it as
  // arena, too, where there was nothing to round: bitmap and span table have no place for it.
  const uintptr end = r.p + r.bytes, covered = h->arena_start + r.limit;
  h->arena_end = end > covered && rules().arena_ends_with_tables ? covered : end;
  h->arena_reserved = r.reserved;
  h->arena_limit = r.limit;
  if ((h->arena_start & (page_size - 1)) != 0) throw_("misrounded allocation in mallocinit");
  mspan_init(&rt->emptymspan, 0, 0);
  mheap_init(mp);
  mp->mcache = allocmcache(mp);
}

void mheap_mapbits(M* mp, uintptr arena_used) {
  MHeap* h = &mp->rt->heap;
  uintptr n = (arena_used - h->arena_start) / (ptr_size * words_per_bitmap_byte);
  n = round_up(round_up(n, bitmap_chunk), phys_page_size);
  if (h->bitmap_mapped >= n) return;
  sys_map(reinterpret_cast<void*>(h->arena_start - n), n - h->bitmap_mapped, h->arena_reserved,
          &mp->rt->stats.gc_sys);
  h->bitmap_mapped = n;
}

void mheap_mapspans(M* mp, uintptr arena_used) {
  MHeap* h = &mp->rt->heap;
  const uintptr n = round_up((arena_used - h->arena_start) / page_size * ptr_size, phys_page_size);
  if (h->spans_mapped >= n) return;
  auto* table = reinterpret_cast<u8*>(h->spans);
  sys_map(table + h->spans_mapped, n - h->spans_mapped, h->arena_reserved,
          &mp->rt->stats.other_sys);
  h->spans_mapped = n;
}

namespace {

// Readers test an address against arena_used, then look at its metadata: so the metadata must
// exist first. The release store pairs with their acquire load.
void publish_arena_used(M* mp, uintptr used) {
  MHeap* h = &mp->rt->heap;
  if (rules().map_before_arena_used) {
    mheap_mapbits(mp, used);
    mheap_mapspans(mp, used);
    h->arena_used.store(used, release);
  } else {
    h->arena_used.store(used, relaxed);
    mheap_mapbits(mp, used);
    mheap_mapspans(mp, used);
  }
}

// Small layout: the next piece of arena, a multiple of an eighth of the limit.
void extend_reservation(M* mp, uintptr n) {
  MHeap* h = &mp->rt->heap;
  const uintptr piece = round_up(n + page_size, h->arena_limit / 8);
  const uintptr last = h->arena_start + h->arena_limit;
  if (piece < n || h->arena_end + piece < h->arena_end || h->arena_end + piece > last) return;
  bool reserved = false;
  const uintptr p = reinterpret_cast<uintptr>(
      sys_reserve(reinterpret_cast<void*>(h->arena_end), piece, &reserved));
  if (rules().sysalloc_checks_reserve && p == 0) return;
  if (p == h->arena_end) {
    h->arena_end += piece;
    h->arena_reserved = reserved;
  } else if ((!rules().sysalloc_checks_reserve || p >= h->arena_start) && p + piece <= last) {
    // Leaves a hole: the pages between stay without a span.
    h->arena_end = p + piece;
    h->arena_used.store(round_up(p, page_size), relaxed);
    h->arena_reserved = reserved;
  } else {
    std::atomic<u64> unaccounted{piece};  // it was never counted; the original let this wrap
    sys_free(reinterpret_cast<void*>(p), piece, &unaccounted);
  }
}

// Small layout, last resort: memory from anywhere that the tables can still cover.
void* alloc_anywhere(M* mp, uintptr n) {
  MHeap* h = &mp->rt->heap;
  std::atomic<u64>* heap_sys = &mp->rt->stats.heap_sys;
  const uintptr want = n + page_size;
  const uintptr p = reinterpret_cast<uintptr>(sys_alloc(want, heap_sys));
  if (p == 0) return nullptr;
  if (p < h->arena_start || p + want - h->arena_start >= h->arena_limit) {
    sys_free(reinterpret_cast<void*>(p), want, heap_sys);
    return nullptr;
  }
  const uintptr start = round_up(p, page_size);
  const uintptr used = h->arena_used.load(relaxed);
  if (start + n > used) {
    publish_arena_used(mp, start + n);
    if (start + n > h->arena_end) h->arena_end = start + n;
  }
  return reinterpret_cast<void*>(start);
}

}  // namespace

void* mheap_sysalloc(M* mp, uintptr n) {
  MHeap* h = &mp->rt->heap;
  uintptr used = h->arena_used.load(relaxed);
  if (n > h->arena_end - used) {
    extend_reservation(mp, n);
    used = h->arena_used.load(relaxed);
  }
  if (n <= h->arena_end - used) {
    sys_map(reinterpret_cast<void*>(used), n, h->arena_reserved, &mp->rt->stats.heap_sys);
    publish_arena_used(mp, used + n);
    if ((used & (page_size - 1)) != 0) throw_("misrounded allocation in MHeap_SysAlloc");
    return reinterpret_cast<void*>(used);
  }
  if (h->arena_end - h->arena_start >= h->arena_limit) return nullptr;
  return alloc_anywhere(mp, n);
}

}  // namespace runtime_core
