// Tests of the collector's driver, marker and sweeper with one M.
#include <doctest/doctest.h>

#include <string>

#include "runtime_core/gc/gc_test_support.h"
#include "runtime_core/gc/internal.h"
#include "runtime_core/os/print.h"
#include "runtime_core/sync/test_support.h"

namespace runtime_core {

using testing::make_type;
using testing::TestRuntime;

TEST_CASE("a chain from a root survives, garbage does not") {
  TestRuntime t;
  const Type node = make_type(16, testing::mask_pointer_pointer);
  void* a = t.alloc(&node);
  void* b = t.alloc(&node);
  void* c = t.alloc(&node);
  void* dead = t.alloc(&node);
  t.root(0, a);
  t.set(a, 0, b);
  t.set(b, 1, c);
  t.set(dead, 0, a);
  gogc(&t.m0, 2);
  CHECK(t.is_allocated(a));
  CHECK(t.is_allocated(b));
  CHECK(t.is_allocated(c));
  CHECK_FALSE(t.is_allocated(dead));
  t.set(b, 1, nullptr);
  gogc(&t.m0, 2);
  CHECK(t.is_allocated(b));
  CHECK_FALSE(t.is_allocated(c));
}

TEST_CASE("cycles die, interior pointers keep, scalars do not") {
  TestRuntime t;
  const Type node = make_type(16, testing::mask_pointer_pointer);
  const Type mixed = make_type(16, testing::mask_pointer_scalar);
  void* x = t.alloc(&node);
  void* y = t.alloc(&node);
  t.set(x, 0, y);
  t.set(y, 0, x);
  void* inner = t.alloc(&node);
  t.root(0, static_cast<u8*>(inner) + 8);
  void* holder = t.alloc(&mixed);
  void* by_scalar = t.alloc(&node);
  t.root(1, holder);
  t.set(holder, 1, by_scalar);
  gogc(&t.m0, 2);
  CHECK_FALSE(t.is_allocated(x));
  CHECK_FALSE(t.is_allocated(y));
  CHECK(t.is_allocated(inner));
  CHECK_FALSE(t.is_allocated(by_scalar));
}

TEST_CASE("one-word objects share bitmap bytes, and the bits are clean afterwards") {
  TestRuntime t;
  const u8 mask[] = {0x88};
  const Type word = make_type(8, mask);
  const Type plain = make_type(8, nullptr);
  void* objects[40];
  for (int i = 0; i < 40; i++) {
    objects[i] = i % 4 == 3 ? mallocgc(&t.m0, 8, &plain, flag_no_scan) : t.alloc(&word);
  }
  for (int i = 0; i + 2 < 40; i += 2) {
    if (i % 4 != 3) t.set(objects[i], 0, objects[i + 2]);
  }
  t.root(0, objects[0]);
  for (int cycle = 0; cycle < 3; cycle++) {
    gogc(&t.m0, 2);
    for (int i = 0; i < 40; i += 2) CHECK(t.is_allocated(objects[i]));
    for (int i = 1; i < 40; i += 4) CHECK_FALSE(t.is_allocated(objects[i]));
  }
  MarkBits bits;
  slottombits(&t.m0, reinterpret_cast<uintptr>(objects[1]), &bits);
  CHECK(bits.bits == bit_boundary);
  CHECK(bits.tbits == bits_dead);
  slottombits(&t.m0, reinterpret_cast<uintptr>(objects[0]), &bits);
  CHECK(bits.tbits == bits_pointer);
}

TEST_CASE("large objects are scanned and given back") {
  TestRuntime t;
  const Type node = make_type(16, testing::mask_pointer_pointer);
  void* large = newarray(&t.m0, &node, 5000);
  void* end = t.alloc(&node);
  t.set(large, 9998, end);
  t.root(0, large);
  gogc(&t.m0, 2);
  CHECK(t.is_allocated(large));
  CHECK(t.is_allocated(end));
  t.root(0, nullptr);
  gogc(&t.m0, 2);
  CHECK_FALSE(t.is_allocated(large));
  CHECK_FALSE(t.is_allocated(end));
}

TEST_CASE("tiny objects live as long as their block") {
  TestRuntime t;
  const Type plain = make_type(4, nullptr);
  auto* a = static_cast<u8*>(mallocgc(&t.m0, 4, &plain, flag_no_scan));
  auto* b = static_cast<u8*>(mallocgc(&t.m0, 4, &plain, flag_no_scan));
  CHECK(b == a + 4);
  t.root(0, b);
  gogc(&t.m0, 2);
  CHECK(t.is_allocated(a));
  t.root(0, nullptr);
  gogc(&t.m0, 2);
  CHECK_FALSE(t.is_allocated(a));
}

TEST_CASE("a freed block is dead in the bitmap and may be allocated again") {
  TestRuntime t;
  const Type node = make_type(32, testing::mask_four);
  for (int cycle = 0; cycle < 5; cycle++) {
    void* kept = nullptr;
    for (int i = 0; i < 2000; i++) {
      void* p = t.alloc(&node);
      for (int w = 0; w < 4; w++) CHECK(static_cast<uintptr*>(p)[w] == 0);
      t.set(p, 3, kept);
      if (i % 2 == 0) kept = p;
      t.root(cycle, kept);  // an allocation may collect
    }
    gogc(&t.m0, cycle % 3);
    u32 n = 0;
    for (void* p = kept; p != nullptr; p = reinterpret_cast<void**>(p)[3]) {
      CHECK(t.is_allocated(p));
      n++;
    }
    CHECK(n == 1000);
  }
}

TEST_CASE("the goal is twice what lives") {
  TestRuntime t;
  const Type node = make_type(32, testing::mask_four);
  void* list = nullptr;
  for (int i = 0; i < 20000; i++) {
    void* p = t.alloc(&node);
    if (i % 4 != 0) continue;
    t.set(p, 0, list);
    list = p;
    t.root(0, list);
  }
  gogc(&t.m0, 2);
  const u64 live = 5000 * 32;
  CHECK(t.rt->stats.next_gc.load() >= 2 * live);
  CHECK(t.rt->stats.next_gc.load() <= 2 * live + 200);
  MStats stats;
  readmemstats(&t.m0, &stats);
  CHECK(stats.alloc >= live);
  CHECK(stats.alloc <= live + 100);
}

TEST_CASE("a lazy sweep lowers the goal with the percentage of its own cycle") {
  TestRuntime t;
  const Type node = make_type(32, testing::mask_four);
  for (int i = 0; i < 20000; i++) t.alloc(&node);
  gogc(&t.m0, 1);
  CHECK(set_gc_percent(&t.m0, 1000) == 100);
  while (bgsweep_step(&t.m0)) {
  }
  CHECK(t.rt->stats.next_gc.load() < 1000);
  CHECK(set_gc_percent(&t.m0, -5) == 1000);
  CHECK(t.rt->work.gcpercent.load() == -1);
}

TEST_CASE("allocation alone starts collections") {
  TestRuntime t;
  t.rt->stats.next_gc.store(1 << 20, relaxed);
  const Type node = make_type(32, testing::mask_four);
  for (int i = 0; i < 200000; i++) t.alloc(&node);
  CHECK(t.rt->work.cycles.load() > 2);
  CHECK(t.rt->stats.heap_sys.load() < u64{8} << 20);
}

TEST_CASE("work buffers are all empty after a collection of a wide graph") {
  TestRuntime t;
  const Type node = make_type(16, testing::mask_pointer_pointer);
  void* fan = newarray(&t.m0, &node, 1500);
  t.root(0, fan);
  for (int i = 0; i < 3000; i++) t.set(fan, i, t.alloc(&node));
  gogc(&t.m0, 2);
  for (int i = 0; i < 3000; i++) CHECK(t.is_allocated(static_cast<void**>(fan)[i]));
  CHECK(t.rt->work.full.load() == 0);
  CHECK(t.rt->work.partial.load() == 0);
}

TEST_CASE("pause statistics come newest first") {
  TestRuntime t;
  gogc(&t.m0, 2);
  u64 words[515];
  const u32 n = read_gc_stats(&t.m0, words, 515);
  CHECK(n == 2 * 2 + 3);  // two passes a collection
  CHECK(words[5] == 2);
  CHECK(words[6] == words[0] + words[1]);
  CHECK(words[2] >= words[3]);
}

TEST_CASE("FreeOSMemory collects, then gives every free page back") {
  TestRuntime t;
  auto* garbage = static_cast<u8*>(mallocgc(&t.m0, 4 << 20, nullptr, flag_no_scan));
  garbage[3 << 20] = 7;
  auto* kept = static_cast<u8*>(mallocgc(&t.m0, 1 << 20, nullptr, flag_no_scan));
  kept[99] = 8;
  t.root(0, kept);
  free_os_memory(&t.m0);
  const MStats& s = t.rt->stats;
  CHECK_FALSE(t.is_allocated(garbage));
  CHECK(s.heap_released == s.heap_idle);
  CHECK(s.heap_released >= u64{4} << 20);
  CHECK(garbage[3 << 20] == 0);  // the page is gone; its address still is the heap's
  CHECK(kept[99] == 8);
  auto* again = static_cast<u8*>(mallocgc(&t.m0, 4 << 20, nullptr, flag_no_scan));
  CHECK(again == garbage);
  CHECK(s.heap_released < u64{4} << 20);
}

TEST_CASE("the line of gctrace") {
  TestRuntime t;
  const Type node = make_type(16, testing::mask_pointer_scalar);
  t.root(0, t.alloc(&node));
  t.alloc(&node);
  gogc(&t.m0, 2);
  t.rt->work.sweep.nbgsweep.store(5, relaxed);
  t.rt->work.sweep.npausesweep.store(6, relaxed);
  t.rt->stats.heap_alloc.store(16, relaxed);  // what the statistics will find
  const u64 goal = u64{10} << 20;
  const GcTimes times{.start = 1000, .setup = 3000, .mark = 6000, .finish = 10000, .end = 15000};
  PrintBuffer out;
  format_gctrace(&t.m0, times, goal, &out);
  const std::string line(out.bytes(), out.size());
  CHECK(line.find("gc2(1): 2+3+4+5 us, 5 -> 0 MB, 1 (2-1) objects, 1 goroutines, ") == 0);
  CHECK(line.find("/5/6 sweeps, 0(0) handoff, 0(0) steal, 0/0/0 yields\n") != std::string::npos);
  CHECK(t.rt->work.sweep.nbgsweep.load() == 0);
  PrintBuffer first;
  format_gctrace(&t.m0, times, no_goal, &first);
  CHECK(std::string(first.bytes(), first.size()).find(" us, 0 -> 0 MB, ") != std::string::npos);
  t.rt->stats.heap_alloc.store(17, relaxed);
  const std::string text = abort_message([&] { format_gctrace(&t.m0, times, goal, &out); });
  CHECK(text.find("mstats skew") != std::string::npos);
}

TEST_CASE("write barriers shade while marking and only then") {
  TestRuntime t;
  M* mp = &t.m0;
  const Type node = make_type(16, testing::mask_pointer_pointer);
  auto* holder = static_cast<uintptr*>(t.alloc(&node));
  const auto a = reinterpret_cast<uintptr>(t.alloc(&node));
  const auto b = reinterpret_cast<uintptr>(t.alloc(&node));
  writebarrierptr(mp, holder, a);
  CHECK(holder[0] == a);
  CHECK_FALSE(shaded(mp, a));
  t.rt->work.gcphase.store(GcPhase::mark, relaxed);
  const uintptr pair[2] = {a, b};
  writebarrierfat_words(mp, holder, pair, 2, 0b10);
  CHECK_FALSE(shaded(mp, a));
  CHECK(shaded(mp, b));
  CHECK(t.rt->work.partial.load() != 0);
  CHECK(writebarriercopy(mp, &node, holder, pair, 1) == 1);
  CHECK(shaded(mp, a));
}

}  // namespace runtime_core
