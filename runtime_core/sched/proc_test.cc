// Goroutines on real threads: queues, statuses, creation and end, parking and waking.
#include "runtime_core/sched/proc.h"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "runtime_core/runtime.h"
#include "runtime_core/sched/test_support.h"

namespace runtime_core {
namespace {

using testing::Program;
using testing::succeeds;

// A runtime without a heap: two Ps that nobody schedules.
struct Queues {
  Queues() {
    m_init(rt.get(), mp.get(), 0);
    rt->gomaxprocs.store(2, relaxed);
  }
  std::unique_ptr<Runtime> rt = std::make_unique<Runtime>();
  std::unique_ptr<M> mp = std::make_unique<M>();
  std::unique_ptr<P> own = std::make_unique<P>(), other = std::make_unique<P>();
  std::vector<G> gs = std::vector<G>(600);

  void put(u32 first, u32 count) {
    for (u32 i = first; i < first + count; i++) runqput(mp.get(), own.get(), &gs[i]);
  }
};

TEST_CASE("a local queue is first in, first out") {
  Queues q;
  for (u32 n = 1; n <= 256; n *= 2) {
    CHECK(runqempty(q.own.get()));
    q.put(0, n);
    CHECK(!runqempty(q.own.get()));
    for (u32 i = 0; i < n; i++) REQUIRE(runqget(q.own.get()) == &q.gs[i]);
    CHECK(runqget(q.own.get()) == nullptr);
  }
}

TEST_CASE("a thief takes half of a queue, rounded up, and runs one of them") {
  for (u32 n = 1; n <= 256; n++) {
    Queues q;
    q.put(0, n);
    u32 stolen = runqsteal(q.other.get(), q.own.get()) != nullptr ? 1 : 0;
    while (runqget(q.other.get()) != nullptr) stolen++;
    u32 left = 0;
    while (runqget(q.own.get()) != nullptr) left++;
    CAPTURE(n);
    CHECK(stolen == n - n / 2);
    CHECK(left == n / 2);
  }
}

TEST_CASE("what a full queue cannot hold goes to the global one, with half of it") {
  Queues q;
  q.put(0, 257);
  CHECK(runqsize(q.mp.get()) == 129);
  CHECK(runqget(q.own.get()) == &q.gs[128]);
  // A share of the global queue: the first is returned, the others are queued.
  CHECK(globrunqget(q.mp.get(), q.other.get(), 0) == &q.gs[0]);
  CHECK(runqsize(q.mp.get()) == 129 - (129 / 2 + 1));
  CHECK(runqget(q.other.get()) == &q.gs[1]);
  CHECK(globrunqget(q.mp.get(), q.other.get(), 1) == &q.gs[65]);
}

TEST_CASE("queues do not take more than there is room for") {
  CHECK(abort_message([] {
          Queues q;
          for (u32 i = 0; i < 200; i++) runqput(q.mp.get(), q.other.get(), &q.gs[300 + i]);
          q.put(0, 256);
          runqsteal(q.other.get(), q.own.get());
        }) == "fatal error: runqsteal: runq overflow [runtime.throw]\n");
}

TEST_CASE("statuses change along the arrows of the original alone") {
  G gp{};
  CHECK(readgstatus(&gp) == g_idle);
  casgstatus(&gp, g_idle, g_dead);
  casgstatus(&gp, g_dead, g_runnable);
  CHECK(!castogscanstatus(&gp, g_waiting, g_waiting | g_scan));
  CHECK(castogscanstatus(&gp, g_runnable, g_runnable | g_scan));
  CHECK(!castogscanstatus(&gp, g_runnable, g_runnable | g_scan));
  casfrom_gscanstatus(&gp, g_runnable | g_scan, g_runnable);
  CHECK(readgstatus(&gp) == g_runnable);
  CHECK(abort_message([&] { casgstatus(&gp, g_runnable, g_runnable | g_scan); }) ==
        "fatal error: casgstatus: bad incoming values [runtime.throw]\n");
  CHECK(abort_message([&] { castogscanstatus(&gp, g_dead, g_dead | g_scan); }) ==
        "fatal error: castogscanstatus [runtime.throw]\n");
  CHECK(abort_message([&] {
          casfrom_gscanstatus(&gp, g_waiting | g_scan, g_waiting);
        }).find("casfrom_Gscanstatus") != std::string::npos);
}

TEST_CASE("a scan keeps a status change waiting") {
  G gp{};
  gp.atomicstatus.store(g_runnable | g_scan, seq_cst);
  std::thread changes([&] { casgstatus(&gp, g_runnable, g_running); });
  casfrom_gscanstatus(&gp, g_runnable | g_scan, g_runnable);
  changes.join();
  CHECK(readgstatus(&gp) == g_running);
}

void count_one(G* gp, void* arg) {
  auto& p = *static_cast<Program*>(arg);
  gosched(gp);
  p.goids.fetch_add(static_cast<u64>(gp->goid), seq_cst);
  p.ran.fetch_add(1, seq_cst);
}

void spawn_many(G* gp, void* arg) {
  auto& p = *static_cast<Program*>(arg);
  for (u32 i = 0; i < p.count; i++) {
    newproc(gp->m, count_one, &p);
    if (i % 100 == 99) {
      while (p.ran.load(seq_cst) != i + 1) gosched(gp);
    }
  }
}

TEST_CASE("goroutines start, run and end, and their Gs are used again") {
  for (const u32 procs : {1u, 4u}) {
    CAPTURE(procs);
    CHECK(succeeds([&] {
      Program p(procs, spawn_many);
      p.count = 2000;
      p.run();
      return p.ran.load() == 2000 && p.rt->allglen < 1000;
    }));
  }
}

TEST_CASE("ids come from batches of a P, and main has the first") {
  CHECK(succeeds([] {
    Program p(1, spawn_many);
    p.count = 100;
    p.run();
    return p.goids.load() == 100 * (2 + 101) / 2 && p.rt->sched.goidgen.load() == 112;
  }));
}

bool publish(M*, G* gp, void* arg) {
  static_cast<Program*>(arg)->waiter.store(gp, seq_cst);
  return true;
}

void take_turns(G* gp, void* arg) {
  auto& p = *static_cast<Program*>(arg);
  for (u32 i = 0; i < p.count; i++) {
    gopark(gp, publish, &p, "turn");
    p.ran.fetch_add(1, seq_cst);
  }
}

void give_turns(G* gp, void* arg) {
  auto& p = *static_cast<Program*>(arg);
  newproc(gp->m, take_turns, &p);
  for (u32 i = 0; i < p.count; i++) {
    G* waiter = nullptr;
    while ((waiter = p.waiter.exchange(nullptr, seq_cst)) == nullptr) gosched(gp);
    ready(gp->m, waiter);
  }
  while (p.ran.load(seq_cst) != p.count) gosched(gp);
}

TEST_CASE("one parks and the other makes it ready") {
  for (const u32 procs : {1u, 2u}) {
    CAPTURE(procs);
    CHECK(succeeds([&] {
      Program p(procs, give_turns);
      p.count = 1000;
      p.run();
      return p.ran.load() == 1000;
    }));
  }
}

bool refuse(M*, G*, void*) { return false; }

void park_in_vain(G* gp, void* arg) {
  gopark(gp, refuse, nullptr, "nothing");
  static_cast<Program*>(arg)->ran.store(1, seq_cst);
}

TEST_CASE("who has nothing to wait for goes on") {
  CHECK(succeeds([] {
    Program p(1, park_in_vain);
    p.run();
    return p.ran.load() == 1;
  }));
}

}  // namespace
}  // namespace runtime_core
