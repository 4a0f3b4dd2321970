// Stopping the world of goroutines, system calls, the thread that watches, and deadlock.
#include <doctest/doctest.h>

#include "runtime_core/gc/mgc.h"
#include "runtime_core/sched/test_support.h"

namespace runtime_core {
namespace {

using testing::Program;
using testing::succeeds;

void write_until_over(G* gp, void* arg) {
  auto& p = *static_cast<Program*>(arg);
  while (p.goids.load(relaxed) == 0) {
    entersyscall(gp);
    exitsyscall(gp);
    p.written++;
    prologue(gp);
  }
  p.ran.fetch_add(1, seq_cst);
}

// A writer of plain memory does not write while the world is stopped.
void stop_often(G* gp, void* arg) {
  auto& p = *static_cast<Program*>(arg);
  newproc(gp->m, write_until_over, &p);
  u64 torn = 0;
  for (u32 i = 0; i < p.count; i++) {
    M* mp = take_world(gp->m);
    const u64 before = std::atomic_ref<u64>(p.written).load(relaxed);
    for (u32 n = 0; n < 100; n++) {
      torn += std::atomic_ref<u64>(p.written).load(relaxed) != before ? 1 : 0;
    }
    give_world_back(mp);
    gosched(gp);
  }
  p.goids.store(1, relaxed);
  while (p.ran.load(seq_cst) == 0) gosched(gp);
  if (torn != 0) fail("sched.stopped_means_stopped", "written in the stopped world");
}

TEST_CASE("the world stops while goroutines go in and out of system calls") {
  for (const u32 procs : {2u, 4u}) {  // with one, nobody would preempt the writer
    CAPTURE(procs);
    CHECK(succeeds([&] {
      Program p(procs, stop_often);
      p.count = 200;
      p.run();
      return p.ran.load() == 1;
    }));
  }
}

void wait_in_call(G* gp, void* arg) {
  auto& p = *static_cast<Program*>(arg);
  entersyscall(gp);
  notetsleep_internal(gp->m, &p.note, -1);
  exitsyscall(gp);
  p.ran.fetch_add(1, seq_cst);
}

void end_the_call(G* gp, void* arg) {
  auto& p = *static_cast<Program*>(arg);
  newproc(gp->m, wait_in_call, &p);
  gosched(gp);  // with one P: comes back when sysmon has taken it from the call
  notewakeup(gp->m, &p.note);
  while (p.ran.load(seq_cst) == 0) gosched(gp);
}

TEST_CASE("a processor is taken from a call that lasts") {
  CHECK(succeeds([] {
    Program p(1, end_the_call, true);
    p.run();
    return p.ran.load() == 1;
  }));
}

void sleep_without_p(G* gp, void* arg) {
  auto& p = *static_cast<Program*>(arg);
  notetsleepg(gp, &p.note, -1);
  p.ran.fetch_add(1, seq_cst);
}

void wake_sleeper(G* gp, void* arg) {
  auto& p = *static_cast<Program*>(arg);
  newproc(gp->m, sleep_without_p, &p);
  gosched(gp);
  notewakeup(gp->m, &p.note);
  while (p.ran.load(seq_cst) == 0) gosched(gp);
}

TEST_CASE("who will wait for long gives its processor away") {
  for (const u32 procs : {1u, 2u}) {
    CAPTURE(procs);
    CHECK(succeeds([&] {
      Program p(procs, wake_sleeper);
      p.run();
      return p.ran.load() == 1;
    }));
  }
}

void compute(G* gp, void* arg) {
  auto& p = *static_cast<Program*>(arg);
  while (p.goids.load(relaxed) == 0) prologue(gp);
  p.ran.fetch_add(1, seq_cst);
}

void let_compute(G* gp, void* arg) {
  auto& p = *static_cast<Program*>(arg);
  newproc(gp->m, compute, &p);
  gosched(gp);  // with one P: comes back when the other is preempted
  p.goids.store(1, relaxed);
  while (p.ran.load(seq_cst) == 0) gosched(gp);
}

TEST_CASE("who computes for long is preempted") {
  CHECK(succeeds([] {
    Program p(1, let_compute, true);
    p.run();
    return p.ran.load() == 1;
  }));
}

constexpr u32 collectors = 4, collections = 20;

// Until somebody has moved, however the real threads happen to run.
void collect_often(G* gp, void* arg) {
  auto& p = *static_cast<Program*>(arg);
  for (u32 i = 0; i < collections || p.goids.load(seq_cst) == 0; i++) {
    M* before = gp->m;
    M* after = gogc(before, 2);
    if (after != gp->m) fail("sched.g_on_one_m", "a collection ends on another M than it says");
    p.goids.fetch_add(after != before ? 1 : 0, seq_cst);
    gosched(gp);
  }
  p.ran.fetch_add(1, seq_cst);
}

void start_collectors(G* gp, void* arg) {
  auto& p = *static_cast<Program*>(arg);
  for (u32 i = 0; i < collectors; i++) newproc(gp->m, collect_often, &p);
  while (p.ran.load(seq_cst) != collectors) gosched(gp);
}

TEST_CASE("who waits for a collection knows on which M it goes on") {
  CHECK(succeeds([] {
    Program p(4, start_collectors);
    p.rt->stats.enablegc.store(true, relaxed);
    p.run();
    return p.ran.load() == collectors;
  }));
}

void count_run(G*, void* arg) { static_cast<Program*>(arg)->ran.fetch_add(1, seq_cst); }

void change_procs(G* gp, void* arg) {
  auto& p = *static_cast<Program*>(arg);
  for (u32 i = 0; i < 300; i++) newproc(gp->m, count_run, &p);
  for (const u32 procs : {4u, 1u, 3u}) {
    gomaxprocsfunc(gp->m, procs);
    p.count += gomaxprocsfunc(gp->m, 0) == procs ? 1 : 0;
  }
  while (p.ran.load(seq_cst) != 300) gosched(gp);
}

TEST_CASE("the number of processors changes while goroutines are queued") {
  CHECK(succeeds([] {
    Program p(2, change_procs);
    p.run();
    return p.count == 3;
  }));
}

bool keep_waiting(M*, G*, void*) { return true; }

void park_for_good(G* gp, void*) { gopark(gp, keep_waiting, nullptr, "nobody"); }

TEST_CASE("that all goroutines are asleep is reported") {
  CHECK(abort_message([] {
          Program p(2, park_for_good);
          p.run();
        }) == "fatal error: all goroutines are asleep - deadlock! [runtime.throw]\n");
}

void grow_in_call(G* gp, void*) {
  entersyscall(gp);
  prologue(gp);
}

TEST_CASE("a prologue in a system call is a throw") {
  CHECK(abort_message([] {
          Program p(1, grow_in_call);
          p.run();
        }) == "fatal error: stack split at bad time [runtime.throw]\n");
}

}  // namespace
}  // namespace runtime_core
