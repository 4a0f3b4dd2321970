// Tests of the collector with several Ms: helpers, stopping the world, background threads.
#include <doctest/doctest.h>

#include <memory>
#include <thread>
#include <vector>

#include "runtime_core/gc/gc_test_support.h"

namespace runtime_core {

using testing::make_pointer_type;
using testing::make_type;
using testing::TestRuntime;

namespace {

constexpr int nodes_kept = 100;

// Keeps a ring of lists alive while it produces garbage; returns false if a node was lost.
bool churn(M* mp, uintptr* slots, const Type* node, int rounds) {
  for (int i = 0; i < rounds; i++) {
    auto* p = static_cast<uintptr*>(newobject(mp, node));
    p[3] = static_cast<uintptr>(i) << 32;
    TestRuntime::set(p, 0, reinterpret_cast<void*>(slots[0]));
    TestRuntime::set(slots, 0, p);
    int length = 0;
    for (uintptr* q = p; q != nullptr; q = reinterpret_cast<uintptr*>(q[0])) {
      if (q[3] != static_cast<uintptr>(i - length) << 32) return false;
      if (++length == nodes_kept) TestRuntime::set(q, 0, nullptr);
    }
    safepoint(mp);
  }
  return true;
}

void count_call(M* mp, void*) {
  auto* slots = reinterpret_cast<uintptr*>(mp->rt->work.roots[0].start);
  std::atomic_ref<uintptr>(slots[14]).fetch_add(1, seq_cst);
}

}  // namespace

TEST_CASE("mutators, helpers and a background sweeper agree on what lives") {
  TestRuntime t(3);
  t.rt->ncpu = 4;  // more markers than processors is fine
  t.rt->stats.next_gc.store(1 << 18, relaxed);
  const Type node = make_type(32, testing::mask_four);
  constexpr int workers = 4;
  std::unique_ptr<M[]> ms(new M[workers + 1]{});
  alignas(8) uintptr slots[workers][16] = {};
  bool ok[workers] = {};
  std::vector<std::thread> threads;
  for (int i = 0; i < workers; i++) {
    threads.emplace_back([&, i] {
      M* mp = &ms[i];
      mcommoninit(t.rt, mp);
      mstart1(mp);
      add_root_area(mp, RootArea{reinterpret_cast<uintptr>(slots[i]), sizeof(slots[i]), nullptr,
                                 RootKind::stack});
      ok[i] = churn(mp, slots[i], &node, 3000);
      m_exit_to_idle(mp);
    });
  }
  threads.emplace_back([&] {
    mcommoninit(t.rt, &ms[workers]);
    mstart1(&ms[workers]);
    bgsweep(&ms[workers]);
    m_exit_to_idle(&ms[workers]);
  });
  CHECK(churn(&t.m0, t.roots, &node, 3000));
  for (int i = 0; i < 50; i++) gogc(&t.m0, i % 3);
  CHECK(t.rt->work.cycles.load() > 10);
  runtime_exit(&t.m0);
  m_exit_to_idle(&t.m0);
  for (std::thread& thread : threads) thread.join();
  for (bool lived : ok) CHECK(lived);
}

TEST_CASE("helpers share a wide graph") {
  TestRuntime t(4);
  t.rt->ncpu = 4;
  std::unique_ptr<M[]> ms(new M[3]{});
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; i++) {
    threads.emplace_back([&, i] {
      mcommoninit(t.rt, &ms[i]);
      mstart1(&ms[i]);
      m_exit_to_idle(&ms[i]);
    });
  }
  const Type node = make_type(32, testing::mask_four);
  auto* fan = static_cast<void**>(newarray(&t.m0, &node, 2500));
  t.root(0, fan);
  for (int i = 0; i < 10000; i++) t.set(fan, i, t.alloc(&node));
  for (int cycle = 0; cycle < 20; cycle++) {
    // A helper of the first pass may not be back for the second: count without that pass.
    if (cycle == 10) gccheckmarkdisable(&t.m0);
    while (gcprocs(&t.m0) < 4) std::this_thread::yield();
    gogc(&t.m0, 2);
    if (cycle >= 10) CHECK(t.rt->work.nproc == 4);
  }
  int alive = 0;
  MSpan* s = nullptr;
  for (int i = 0; i < 10000; i++) {
    s = mheap_lookup_maybe(t.rt, fan[i]);
    alive += s != nullptr && s->elemsize.load() == 32;
  }
  CHECK(alive == 10000);
  MStats stats;
  readmemstats(&t.m0, &stats);
  CHECK(stats.nmalloc - stats.nfree >= 10001);
  runtime_exit(&t.m0);
  m_exit_to_idle(&t.m0);
  for (std::thread& thread : threads) thread.join();
}

TEST_CASE("the finalizer thread is woken by the sweep") {
  TestRuntime t(2);
  Type node = make_type(16, testing::mask_pointer_pointer);
  Type pointer = make_pointer_type(&node);
  FuncVal f{
      .fn = count_call, .parameter = &pointer, .nret_bytes = 0, .arity = 1, .variadic = false};
  std::unique_ptr<M> fing(new M{});
  std::thread thread([&] {
    mcommoninit(t.rt, fing.get());
    mstart1(fing.get());
    runfinq(fing.get());
    m_exit_to_idle(fing.get());
  });
  for (int i = 0; i < 100; i++) setfinalizer(&t.m0, t.alloc(&node), &pointer, &f);
  gogc(&t.m0, 2);
  while (std::atomic_ref<uintptr>(t.roots[14]).load() < 100) safepoint(&t.m0);
  CHECK(t.roots[14] == 100);
  runtime_exit(&t.m0);
  m_exit_to_idle(&t.m0);
  thread.join();
}

TEST_CASE("GOMAXPROCS can change while threads run") {
  TestRuntime t(2);
  std::unique_ptr<M[]> ms(new M[2]{});
  std::atomic<bool> done{false};
  std::vector<std::thread> threads;
  for (int i = 0; i < 2; i++) {
    threads.emplace_back([&, i] {
      mcommoninit(t.rt, &ms[i]);
      mstart1(&ms[i]);
      while (!done.load()) safepoint(&ms[i]);
      m_exit_to_idle(&ms[i]);
    });
  }
  for (u32 n : {3u, 1u, 2u, 3u}) {
    gomaxprocsfunc(&t.m0, n);
    CHECK(gomaxprocsfunc(&t.m0, 0) == n);
    gogc(&t.m0, 1);
  }
  done.store(true);
  runtime_exit(&t.m0);
  m_exit_to_idle(&t.m0);
  for (std::thread& thread : threads) thread.join();
}

}  // namespace runtime_core
