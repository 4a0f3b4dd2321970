// Tests of the allocator under real threads: several Ms with caches of their own.
#include <doctest/doctest.h>

#include <cstring>
#include <thread>

#include "runtime_core/heap/test_support.h"

namespace runtime_core {

namespace {

// Each object carries its owner's mark; a block handed out twice would lose it.
u64 allocate_and_check(M* mp, u32 thread, u32 rounds) {
  TestType t("SSP");
  std::vector<std::pair<u64*, uintptr>> mine;
  u64 bytes = 0;
  for (u32 i = 0; i < rounds; i++) {
    const u32 r = fastrand1(mp);
    const uintptr words = r % 100 == 0 ? 4097 + r / 7 % 9000 : 3 * (1 + r / 7 % 60);
    u64* p = nullptr;
    if (r % 2 == 0) {
      p = static_cast<u64*>(newarray(mp, &t.type, words / 3));
    } else {
      p = static_cast<u64*>(mallocgc(mp, words * 8, nullptr, flag_no_scan));
    }
    const uintptr used = words / 3 * 3;
    for (uintptr k = 0; k < used; k++) {
      if (p[k] != 0) return 0;
      p[k] = u64{thread} << 32 | i;
    }
    mine.emplace_back(p, used);
    bytes += used;
    if (r % 64 == 1) {
      FuncVal* fn = reinterpret_cast<FuncVal*>(p);
      if (!addfinalizer(mp, p, fn, 0, nullptr, nullptr)) return 0;
    }
    if (r % 128 == 1) removefinalizer(mp, p);
  }
  for (u32 i = 0; i < rounds; i++) {
    for (uintptr k = 0; k < mine[i].second; k++) {
      if (mine[i].first[k] != (u64{thread} << 32 | i)) return 0;
    }
  }
  return bytes;
}

}  // namespace

TEST_CASE("malloc: threads get disjoint objects and the statistics add up") {
  constexpr u32 threads = 4, rounds = 3000;
  HeapMachine h;
  std::vector<M> ms(threads);
  std::vector<P> ps(threads);
  for (u32 i = 0; i < threads; i++) {
    m_init(h.rt, &ms[i], static_cast<i32>(i + 1));
    ms[i].mcache = allocmcache(&ms[i]);
    ms[i].g = &ms[i].program;
    ps[i].mcache = ms[i].mcache;
    h.rt->allp[i + 1].store(&ps[i]);
  }
  std::vector<u64> got(threads);
  std::vector<std::thread> all;
  for (u32 i = 0; i < threads; i++) {
    all.emplace_back([&, i] { got[i] = allocate_and_check(&ms[i], i + 1, rounds); });
  }
  for (std::thread& t : all) t.join();
  for (u32 i = 0; i < threads; i++) CHECK(got[i] > 0);
  MStats out{};
  readmemstats(&h.m0, &out);
  CHECK(out.nmalloc == threads * rounds);
  CHECK(out.nfree == 0);
  CHECK(out.heap_idle + out.heap_inuse == out.heap_sys);
}

}  // namespace runtime_core
