// Tests of mallocgc's paths, of the caches behind it, and of the statistics (facts §6-8, §27).
#include <doctest/doctest.h>

#include <cstring>
#include <map>

#include "runtime_core/heap/msize.h"
#include "runtime_core/heap/test_support.h"

namespace runtime_core {

namespace {

uintptr address(const void* p) { return reinterpret_cast<uintptr>(p); }

void* noscan(HeapMachine& h, uintptr size) { return mallocgc(&h.m0, size, nullptr, flag_no_scan); }

}  // namespace

TEST_CASE("malloc: zero bytes share one address") {
  HeapMachine h;
  CHECK(noscan(h, 0) == &h.rt->zerobase);
  CHECK(noscan(h, 0) == noscan(h, 0));
}

TEST_CASE("malloc: tiny objects share blocks, aligned by size") {
  HeapMachine h;
  const uintptr a = address(noscan(h, 1));
  const uintptr b = address(noscan(h, 2));
  const uintptr c = address(noscan(h, 4));
  const uintptr d = address(noscan(h, 8));
  CHECK(a % 16 == 0);
  CHECK(b == a + 2);
  CHECK(c == a + 4);
  CHECK(d == a + 8);
  CHECK(h.m0.mcache->local_tinyallocs == 3);
  CHECK(h.m0.mcache->tinysize == 0);
  const uintptr e = address(noscan(h, 12));
  const uintptr f = address(noscan(h, 8));  // does not fit; a block with more room left replaces
  CHECK(e % 16 == 0);
  CHECK(f / 16 != e / 16);
  CHECK(h.m0.mcache->tinysize == 8);
}

TEST_CASE("malloc: objects are disjoint, zero, and known to lookups") {
  HeapMachine h;
  std::map<uintptr, uintptr> taken;
  u32 seed = 12345;
  TestType t("PS");
  for (int i = 0; i < 20000; i++) {
    seed = fastrand_step(seed);
    const uintptr size = i % 50 == 0 ? 1 + seed % 70000 : 16 + seed % 900;
    u8* p = nullptr;
    if (seed % 2 == 0) {
      p = static_cast<u8*>(newarray(&h.m0, &t.type, (size + 15) / 16));
    } else {
      p = static_cast<u8*>(noscan(h, size));
    }
    for (uintptr k = 0; k < size; k++) REQUIRE(p[k] == 0);
    std::memset(p, 0xff, size);
    uintptr base = 0, bytes = 0;
    MSpan* s = nullptr;
    REQUIRE(find_object(&h.m0, p + size - 1, &base, &bytes, &s));
    REQUIRE(base == address(p));
    REQUIRE(bytes >= size);
    const auto next = taken.lower_bound(base);
    if (next != taken.end()) REQUIRE(base + bytes <= next->first);
    if (next != taken.begin()) REQUIRE(std::prev(next)->second <= base);
    taken[base] = base + bytes;
  }
  CHECK(h.m0.locks == 0);
  CHECK(h.m0.mallocing == 0);
}

TEST_CASE("malloc: a large object ends where it was asked to") {
  HeapMachine h;
  auto* p = static_cast<u8*>(noscan(h, 50000));
  MSpan* s = mheap_lookup(h.rt, p);
  CHECK(s->npages.load() == 7);
  CHECK(s->limit.load() == address(p) + 50000);
  CHECK(h.bits(p, 2) == "01 00");
  CHECK(mheap_lookup_maybe(h.rt, p + 49999) == s);
  CHECK(mheap_lookup_maybe(h.rt, p + 50000) == nullptr);
  CHECK(h.rt->stats.heap_objects == 1);
  CHECK(h.rt->stats.heap_alloc.load() == 7 * page_size);
}

TEST_CASE("malloc: a fresh span of 8-byte objects, then the next one") {
  HeapMachine h;
  TestType t("P");
  auto* first = static_cast<u8*>(newobject(&h.m0, &t.type));
  MSpan* s = h.m0.mcache->alloc[1];
  CHECK(s->incache);
  CHECK(s->ref == 1);
  for (int i = 1; i < 1024; i++) newobject(&h.m0, &t.type);
  CHECK(s->ref == 1024);
  CHECK(s->freelist == nullptr);
  CHECK(s->limit.load() == address(first) + page_size);
  newobject(&h.m0, &t.type);
  CHECK_FALSE(s->incache);
  CHECK(h.m0.mcache->alloc[1] != s);
}

TEST_CASE("mcentral: freed blocks come back, and an emptied span goes to the heap") {
  HeapMachine h;
  MCentral* c = &h.rt->heap.central[size_to_class(64)].mcentral;
  auto* a = static_cast<MLink*>(noscan(h, 64));
  auto* b = static_cast<MLink*>(noscan(h, 64));
  mcache_release_all(&h.m0, h.m0.mcache);
  MSpan* s = mheap_lookup_maybe(h.rt, a);
  CHECK_FALSE(s->incache);
  CHECK(c->nonempty.next.load() == s);
  CHECK_FALSE(mcentral_free_span(&h.m0, c, s, 1, a, a, false));
  CHECK(s->ref == 1);
  CHECK(s->freelist == a);
  CHECK(noscan(h, 64) == a);
  mcache_release_all(&h.m0, h.m0.mcache);
  a->next = b;
  CHECK(mcentral_free_span(&h.m0, c, s, 2, a, b, false));
  CHECK(mspanlist_is_empty(&c->nonempty));
  CHECK(mheap_lookup_maybe(h.rt, a) == nullptr);
  CHECK(h.bits(a, 2) == "00 00");
  CHECK(h.rt->stats.heap_inuse == 0);
}

TEST_CASE("stats: what was allocated is what is counted") {
  HeapMachine h;
  for (int i = 0; i < 100; i++) noscan(h, 100);
  noscan(h, 40000);
  noscan(h, 1);
  noscan(h, 1);
  MStats out{};
  readmemstats(&h.m0, &out);
  CHECK(out.nmalloc == 103);
  CHECK(out.nfree == 1);  // the tiny one that took no block
  CHECK(out.alloc == 100 * 112 + 5 * page_size + 16);
  CHECK(out.heap_alloc.load() == out.alloc);
  CHECK(out.total_alloc == out.alloc);
  CHECK(out.heap_objects == 102);
  CHECK(out.by_size[size_to_class(100)].nmalloc == 100);
  CHECK(out.by_size[size_to_class(100)].size == 112);
  CHECK(out.sys == out.heap_sys + out.stacks_sys + out.mspan_sys + out.mcache_sys +
                       out.buckhash_sys + out.gc_sys + out.other_sys);
  CHECK(out.heap_idle + out.heap_inuse == out.heap_sys);
}

TEST_CASE("mcache: freeing one folds its counters") {
  HeapMachine h;
  MCache* c = allocmcache(&h.m0);
  c->local_nsmallfree[3] = 2;
  c->local_largefree = 100;
  const uintptr inuse = h.rt->heap.cachealloc.inuse;
  freemcache(&h.m0, c);
  CHECK(h.rt->heap.nsmallfree[3] == 2);
  CHECK(h.rt->heap.largefree == 100);
  CHECK(h.rt->heap.cachealloc.inuse == inuse - sizeof(MCache));
}

TEST_CASE("special: sorted by offset and kind, one of a kind") {
  HeapMachine h;
  auto* a = static_cast<u8*>(noscan(h, 64));
  auto* b = static_cast<u8*>(noscan(h, 64));
  FuncVal fn{};
  h.rt->hooks.mprof_free = [](M*, Bucket*, uintptr, bool) {};
  CHECK(addfinalizer(&h.m0, b, &fn, 0, nullptr, nullptr));
  setprofilebucket(&h.m0, a, nullptr);
  CHECK(addfinalizer(&h.m0, a, &fn, 0, nullptr, nullptr));
  CHECK_FALSE(addfinalizer(&h.m0, a, &fn, 0, nullptr, nullptr));
  MSpan* s = mheap_lookup_maybe(h.rt, a);
  Special* x = s->specials;
  REQUIRE(x != nullptr);
  CHECK(x->kind == kind_special_finalizer);
  CHECK(x->offset == 0);
  CHECK(x->next->kind == kind_special_profile);
  CHECK(x->next->next->offset == 64);
  CHECK(x->next->next->next == nullptr);
  removefinalizer(&h.m0, a);
  CHECK(s->specials->kind == kind_special_profile);
  removefinalizer(&h.m0, a);  // nothing to remove
  freeallspecials(&h.m0, s, a, 64);
  CHECK(s->specials->offset == 64);
  CHECK(h.rt->heap.specialprofilealloc.inuse == 0);
  CHECK(h.m0.locks == 0);
}

TEST_CASE("profile: about one sample every rate bytes") {
  HeapMachine h;
  static uintptr samples;
  samples = 0;
  h.rt->hooks.mprof_malloc = [](M*, void*, uintptr) { samples++; };
  for (int i = 0; i < 40000; i++) noscan(h, 1024);  // 40 MB at 512 KB a sample
  CHECK(samples > 40);
  CHECK(samples < 160);
  samples = 0;
  noscan(h, 1 << 20);
  CHECK(samples == 1);
}

}  // namespace runtime_core
