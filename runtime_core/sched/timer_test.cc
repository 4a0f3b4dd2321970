// Timers natively: the heap, compared with a sorted list, and sleeps.
#include "runtime_core/sched/timer.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "runtime_core/os/os.h"
#include "runtime_core/sched/test_support.h"

namespace runtime_core {
namespace {

using testing::Program;
using testing::succeeds;

constexpr i64 far_ns = 1'000'000'000'000;

void ignore(G*, void*, uintptr) {}

bool is_heap(const Timers& timers) {
  for (u32 i = 0; i < timers.len; i++) {
    if (timers.t[i]->i != static_cast<i32>(i)) return false;
    if (i > 0 && timers.t[i]->when < timers.t[(i - 1) / 4]->when) return false;
  }
  return true;
}

i64 earliest(const std::vector<Timer>& all) {
  i64 first = std::numeric_limits<i64>::max();
  for (const Timer& t : all) {
    if (t.i >= 0) first = std::min(first, t.when);
  }
  return first;
}

// Adds and deletes timers that are far away, in any order.
void change_heap(G* gp, void* arg) {
  auto& p = *static_cast<Program*>(arg);
  Timers& timers = p.rt->timers;
  std::vector<Timer> all(100, Timer{-1, 0, 0, ignore, nullptr, 0});
  u32 count = 0;
  bool good = true;
  u32 random = 1;
  for (u32 step = 0; step < 5000 && good; step++) {
    random = random * 1664525 + 1013904223;
    Timer& t = all[random >> 16 & 63];
    if (t.i < 0) {
      good = !deltimer(gp, &t);
      t.when = nanotime() + far_ns + (random >> 8 & 1023);
      addtimer(gp, &t);
      count++;
    } else {
      good = deltimer(gp, &t);
      count--;
    }
    lock(gp->m, &timers.lock);
    good = good && is_heap(timers) && timers.len == count;
    good = good && (count == 0 || timers.t[0]->when == earliest(all));
    unlock(gp->m, &timers.lock);
  }
  for (Timer& t : all) deltimer(gp, &t);
  p.written = good;
}

TEST_CASE("the first timer of the heap is the one that is due first") {
  CHECK(succeeds([] {
    Program p(2, change_heap);
    p.run();
    return p.written == 1;
  }));
}

constexpr u32 sleepers = 20;

void sleep_a_while(G* gp, void* arg) {
  auto& p = *static_cast<Program*>(arg);
  for (i64 ms = 1; ms <= 3; ms++) {
    const i64 begin = nanotime();
    time_sleep(gp, ms * 1'000'000);
    if (nanotime() - begin < ms * 1'000'000) throw_("a sleep was too short");
  }
  p.ran.fetch_add(1, seq_cst);
}

void start_sleepers(G* gp, void* arg) {
  auto& p = *static_cast<Program*>(arg);
  time_sleep(gp, 0);
  time_sleep(gp, -1);
  for (u32 i = 0; i < sleepers; i++) newproc(gp->m, sleep_a_while, &p);
  while (p.ran.load(seq_cst) < sleepers) time_sleep(gp, 100'000);
}

TEST_CASE("sleeps last, and nobody takes sleepers for dead") {
  for (const u32 procs : {1u, 2u, 4u}) {
    CAPTURE(procs);
    CHECK(succeeds([&] {
      Program p(procs, start_sleepers);
      p.run();
      return p.ran.load() == sleepers;
    }));
  }
}

void tick(G*, void* arg, uintptr seq) { static_cast<Program*>(arg)->goids.fetch_add(seq, seq_cst); }

void wait_for_ticks(G* gp, void* arg) {
  auto& p = *static_cast<Program*>(arg);
  Timer t{-1, nanotime() + 1000, 100'000, tick, &p, 3};
  addtimer(gp, &t);
  while (p.goids.load(seq_cst) < 15) time_sleep(gp, 50'000);
  p.written = deltimer(gp, &t);
  const u64 ticks = p.goids.load(seq_cst);
  time_sleep(gp, 1'000'000);
  // One may have been on its way.
  p.written = p.written && p.goids.load(seq_cst) <= ticks + 3 && ticks % 3 == 0;
}

TEST_CASE("a periodic timer comes again until it is deleted") {
  CHECK(succeeds([] {
    Program p(2, wait_for_ticks);
    p.run();
    return p.written == 1;
  }));
}

bool keep_waiting(M*, G*, void*) { return true; }

void sleep_and_park(G* gp, void*) {
  time_sleep(gp, 1000);
  gopark(gp, keep_waiting, nullptr, "nobody");
}

TEST_CASE("without a timer that is due, all goroutines can be asleep") {
  CHECK(abort_message([] {
          Program p(2, sleep_and_park);
          p.run();
        }) == "fatal error: all goroutines are asleep - deadlock! [runtime.throw]\n");
}

TEST_CASE("a time that is too far away for the clock is the latest there is") {
  CHECK(succeeds([] {
    Program p(1, [](G* gp, void* arg) {
      Timer t{-1, -5, 0, ignore, nullptr, 0};
      addtimer(gp, &t);
      static_cast<Program*>(arg)->written = t.when > far_ns;
      deltimer(gp, &t);
    });
    p.run();
    return p.written == 1;
  }));
}

}  // namespace
}  // namespace runtime_core
