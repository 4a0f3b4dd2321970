// Tests of the address space layout, the page heap and its lists (facts §3, §5, §31.2).
#include <doctest/doctest.h>

#include <cstring>

#include "runtime_core/heap/mheap_internal.h"
#include "runtime_core/heap/test_support.h"
#include "runtime_core/os/print.h"

namespace runtime_core {

namespace {

void check_stats(HeapMachine& h) {
  const MStats& s = h.rt->stats;
  CHECK(s.heap_idle + s.heap_inuse == s.heap_sys.load());
}

uintptr list_pages(const MSpan* list) {
  uintptr pages = 0;
  for (MSpan* s = list->next.load(); s != list; s = s->next.load()) pages += s->npages.load();
  return pages;
}

uintptr free_pages(HeapMachine& h) {
  uintptr pages = list_pages(&h.rt->heap.freelarge);
  for (const MSpan& list : h.rt->heap.free) pages += list_pages(&list);
  return pages;
}

MSpan* alloc(HeapMachine& h, uintptr npages) { return mheap_alloc(&h.m0, npages, 0, true, true); }

}  // namespace

TEST_CASE("arena: the 64-bit layout") {
  HeapMachine h;
  const MHeap& heap = h.rt->heap;
  const auto spans = reinterpret_cast<uintptr>(heap.spans);
  CHECK(heap.arena_limit == 0x2000000000);
  CHECK(heap.arena_start - spans == 0x8000000 + 0x200000000);
  CHECK(heap.bitmap - spans == 0x8000000);
  CHECK(heap.arena_end - spans == 0x2208000000);  // as committed: a page more
  CHECK(heap.arena_used.load() == heap.arena_start);
  if (spans == 0xc000000000) CHECK(heap.arena_start == 0xc208000000);
}

TEST_CASE("arena: the small layout grows until its limit and then refuses") {
  HeapMachine h(true);
  const MHeap& heap = h.rt->heap;
  CHECK(heap.arena_limit == uintptr{2} << 30);
  const uintptr first = heap.arena_end - heap.arena_start;
  CHECK(first >= uintptr{512} << 20);
  lock(&h.m0, &h.rt->heap.lock);
  uintptr got = 0;
  for (int i = 0; i < 64; i++) {
    void* v = mheap_sysalloc(&h.m0, 64 << 20);
    if (v == nullptr) break;
    got += 64 << 20;
    const auto address = reinterpret_cast<uintptr>(v);
    REQUIRE(address >= heap.arena_start);
    REQUIRE(address + (64 << 20) <= heap.arena_start + heap.arena_limit);
    span_of(h.rt, address);                       // its table entry is mapped
    *bitmap_byte(heap.arena_start, address) = 0;  // and its bitmap
  }
  unlock(&h.m0, &h.rt->heap.lock);
  CHECK(got >= uintptr{512} << 20);
  CHECK(got <= heap.arena_limit);
}

TEST_CASE("mspanlist: insert, insert back, remove") {
  MSpan list{}, a{}, b{}, c{};
  mspanlist_init(&list);
  CHECK(mspanlist_is_empty(&list));
  mspanlist_insert(&list, &a);
  mspanlist_insert_back(&list, &b);
  mspanlist_insert(&list, &c);
  CHECK(list.next.load() == &c);
  CHECK(c.next.load() == &a);
  CHECK(a.next.load() == &b);
  CHECK(b.next.load() == &list);
  CHECK(list.prev.load() == &b);
  mspanlist_remove(&a);
  mspanlist_remove(&a);
  CHECK(a.next.load() == nullptr);
  CHECK(c.next.load() == &b);
}

TEST_CASE("mspan: only one claim of a span succeeds") {
  MSpan s{};
  s.sweepgen.store(2);
  CHECK_FALSE(mspan_claim(&s, 2));
  CHECK(mspan_claim(&s, 4));
  CHECK_FALSE(mspan_claim(&s, 4));
  CHECK(s.sweepgen.load() == 3);
}

TEST_CASE("fixalloc: reuse, and one first call an object") {
  HeapMachine h;
  int firsts = 0;
  FixAlloc f{};
  const auto count = [](M*, void* arg, void*) { ++*static_cast<int*>(arg); };
  fixalloc_init(&f, 48, count, &firsts, &h.rt->stats.other_sys);
  void* a = fixalloc_alloc(&h.m0, &f);
  void* b = fixalloc_alloc(&h.m0, &f);
  CHECK(f.inuse == 96);
  fixalloc_free(&f, a);
  CHECK(fixalloc_alloc(&h.m0, &f) == a);
  CHECK(b != a);
  CHECK(firsts == 2);
  for (int i = 0; i < 1000; i++) fixalloc_alloc(&h.m0, &f);
  CHECK(firsts == 1002);
}

TEST_CASE("persistentalloc: alignment and accounting") {
  HeapMachine h;
  const u64 before = h.rt->stats.other_sys.load() + h.rt->stats.gc_sys.load();
  const u64 gc_before = h.rt->stats.gc_sys.load();
  for (uintptr align : {1, 8, 64, 4096}) {
    void* p = persistentalloc(&h.m0, 40, align, &h.rt->stats.gc_sys);
    CHECK(reinterpret_cast<uintptr>(p) % align == 0);
  }
  CHECK(h.rt->stats.gc_sys.load() == gc_before + 160);
  CHECK(h.rt->stats.other_sys.load() + h.rt->stats.gc_sys.load() == before);
  persistentalloc(&h.m0, 64 << 10, 0, &h.rt->stats.gc_sys);
  CHECK(h.rt->stats.gc_sys.load() == gc_before + 160 + (64 << 10));
}

TEST_CASE("mheap: spans split, coalesce in both directions, and are found by lookups") {
  HeapMachine h;
  MSpan* a = alloc(h, 3);
  MSpan* b = alloc(h, 5);
  MSpan* c = alloc(h, 200);
  check_stats(h);
  const uintptr total = free_pages(h) + 208;
  CHECK(a->npages.load() == 3);
  CHECK(b->base() == a->base() + 3 * page_size);
  b->limit.store(b->base() + 5 * page_size);
  auto* inside = reinterpret_cast<u8*>(b->base() + 2 * page_size + 7);
  CHECK(mheap_lookup_maybe(h.rt, inside) == b);
  uintptr base = 0, size = 0;
  CHECK(mlookup(&h.m0, inside, &base, &size, nullptr));
  CHECK(base == b->base());
  CHECK(size == 5 * page_size);
  std::memset(reinterpret_cast<void*>(b->base()), 7, 5 * page_size);
  a->needzero = b->needzero = c->needzero = 1;
  const uintptr start = a->base();
  mheap_free(&h.m0, a, true);
  mheap_free(&h.m0, c, true);
  CHECK(mheap_lookup_maybe(h.rt, reinterpret_cast<void*>(start)) == nullptr);
  mheap_free(&h.m0, b, true);
  check_stats(h);
  CHECK(free_pages(h) == total);
  CHECK(h.rt->stats.heap_alloc.load() == 0);
  CHECK(h.rt->stats.heap_objects == 0);
  // The freed pages are one span again, and are cleared when asked for.
  MSpan* d = alloc(h, 8);
  CHECK(d->base() == start);
  const auto* bytes = reinterpret_cast<const u8*>(d->base());
  for (uintptr i = 0; i < 8 * page_size; i++) REQUIRE(bytes[i] == 0);
}

TEST_CASE("mheap: the scavenger releases, and allocation takes back") {
  HeapMachine h;
  MSpan* a = alloc(h, 16);
  a->needzero = 1;
  mheap_free(&h.m0, a, true);
  mheap_scavenge(&h.m0, -1, ~u64{0}, 0);
  MStats& s = h.rt->stats;
  CHECK(s.heap_released == s.heap_idle);
  MSpan* b = alloc(h, 1);
  CHECK(s.heap_released == 0);  // of the whole span, as committed
  CHECK(b->npreleased == 0);
}

TEST_CASE("mheap: a fenced span is out of use, and its neighbours stay apart") {
  HeapMachine h;
  MSpan* a = alloc(h, 2);
  MSpan* fenced = alloc(h, 3);
  MSpan* b = alloc(h, 4);
  const uintptr at = fenced->base();
  fenced->limit.store(at + fenced->bytes());
  const u64 allocated = h.rt->stats.heap_alloc.load();
  mheap_fence(&h.m0, fenced);
  CHECK(h.rt->stats.heap_alloc.load() == allocated - 3 * page_size);
  CHECK(h.rt->stats.heap_objects == 2);
  CHECK(mheap_lookup_maybe(h.rt, reinterpret_cast<void*>(at)) == nullptr);
  CHECK(fenced->next.load() == nullptr);
  mheap_free(&h.m0, a, true);
  mheap_free(&h.m0, b, true);
  CHECK(mheap_lookup(h.rt, reinterpret_cast<void*>(at)) == fenced);
  for (uintptr n = 1; n < 20; n++) {
    const MSpan* s = alloc(h, n);
    CHECK((s->base() + s->bytes() <= at || s->base() >= at + 3 * page_size));
  }
  MStats out{};
  readmemstats(&h.m0, &out);
  CHECK(out.heap_alloc.load() == out.alloc);
  check_stats(h);
}

TEST_CASE("mheap: the scavenger takes what was not used for long enough, once") {
  HeapMachine h;
  MSpan* a = alloc(h, 300);
  mheap_free(&h.m0, a, true);
  MStats& s = h.rt->stats;
  MSpan* list = &h.rt->heap.freelarge;
  const MSpan* free = list->next.load();
  const u64 freed_at = static_cast<u64>(free->unusedsince);
  mheap_scavenge(&h.m0, 0, freed_at + 1000, 1000);
  CHECK(s.heap_released == 0);
  mheap_scavenge(&h.m0, 1, freed_at + 1001, 1000);
  CHECK(s.heap_released == free->npages.load() * page_size);
  CHECK(free->npreleased == free->npages.load());
  mheap_scavenge(&h.m0, 2, ~u64{0}, 0);
  CHECK(s.heap_released == free->npages.load() * page_size);
}

TEST_CASE("mheap: released pages coalesce with kept ones, and only the kept are released again") {
  HeapMachine h;
  const uintptr growth = tuning().heap_alloc_chunk / page_size;
  MSpan* a = alloc(h, growth);
  MSpan* b = alloc(h, growth);
  const uintptr start = a->base();
  REQUIRE(b->base() == start + growth * page_size);
  mheap_free(&h.m0, a, true);
  mheap_scavenge(&h.m0, -1, ~u64{0}, 0);
  MStats& s = h.rt->stats;
  CHECK(s.heap_released == growth * page_size);
  mheap_free(&h.m0, b, true);
  MSpan* joined = mheap_lookup(h.rt, reinterpret_cast<void*>(start));
  CHECK(joined->npages.load() == 2 * growth);
  CHECK(joined->npreleased == growth);
  mheap_scavenge(&h.m0, -1, ~u64{0}, 0);
  CHECK(s.heap_released == 2 * growth * page_size);
  CHECK(s.heap_released == s.heap_idle);
}

TEST_CASE("mheap: the lines of the scavenger") {
  HeapMachine h;
  MStats& s = h.rt->stats;
  s.heap_inuse = 5 << 20;
  s.heap_idle = 3 << 20;
  s.heap_released = 2 << 20;
  s.heap_sys.store(8 << 20);
  PrintBuffer out;
  format_scavenge(&h.m0, -1, 0, &out);
  CHECK(std::string(out.bytes(), out.size()) ==
        "scvg-1: inuse: 5, idle: 3, sys: 8, released: 2, consumed: 6 (MB)\n");
  PrintBuffer two;
  format_scavenge(&h.m0, 12, (1 << 20) + 1, &two);
  CHECK(std::string(two.bytes(), two.size()) ==
        "scvg12: 1 MB released\n"
        "scvg12: inuse: 5, idle: 3, sys: 8, released: 2, consumed: 6 (MB)\n");
}

TEST_CASE("mheap: random allocation keeps the span table") {
  HeapMachine h;
  std::vector<MSpan*> live;
  u32 seed = 1;
  for (int step = 0; step < 4000; step++) {
    seed = fastrand_step(seed == 0 ? 1 : seed);
    if (live.size() > 60 || (!live.empty() && seed % 3 == 0)) {
      const uintptr i = seed / 7 % live.size();
      live[i]->needzero = 1;
      mheap_free(&h.m0, live[i], true);
      live[i] = live.back();
      live.pop_back();
    } else {
      MSpan* s = mheap_alloc(&h.m0, 1 + seed / 5 % 180, 0, true, false);
      s->limit.store(s->base() + s->bytes());
      live.push_back(s);
    }
  }
  check_stats(h);
  uintptr pages = 0;
  for (MSpan* s : live) {
    pages += s->npages.load();
    for (uintptr p = 0; p < s->npages.load(); p++) {
      REQUIRE(span_of(h.rt, s->base() + p * page_size) == s);
    }
  }
  CHECK(h.rt->stats.heap_inuse == pages * page_size);
  CHECK(free_pages(h) * page_size == h.rt->stats.heap_idle);
}

}  // namespace runtime_core
