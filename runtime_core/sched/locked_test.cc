// Goroutines that are locked to their thread, on real threads.
#include <doctest/doctest.h>

#include "runtime_core/sched/test_support.h"

namespace runtime_core {
namespace {

using testing::Program;
using testing::succeeds;

constexpr u32 locked = 3, rounds = 50;

// Lets others run in every way, and looks where it goes on.
void stay(G* gp, void* arg) {
  auto& p = *static_cast<Program*>(arg);
  lock_os_thread(gp);
  lock_os_thread(gp);  // does not nest
  lock_os_thread_internal(gp);
  const M* mp = gp->m;
  const u64 thread = mp->procid;
  for (u32 i = 0; i < rounds; i++) {
    gosched(gp);
    entersyscall(gp);
    exitsyscall(gp);
    time_sleep(gp, 1000);
    if (gp->m != mp || gp->m->procid != thread) throw_("a locked goroutine has moved");
  }
  unlock_os_thread(gp);
  if (gp->lockedm != mp) throw_("the runtime's own lock is gone");
  unlock_os_thread_internal(gp);
  if (gp->lockedm != nullptr || gp->m->lockedg != nullptr) throw_("still locked");
  p.ran.fetch_add(1, seq_cst);
}

void wander(G* gp, void* arg) {
  auto& p = *static_cast<Program*>(arg);
  while (p.ran.load(seq_cst) < locked) gosched(gp);
}

void start_locked(G* gp, void* arg) {
  auto& p = *static_cast<Program*>(arg);
  for (u32 i = 0; i < locked; i++) newproc(gp->m, stay, &p);
  for (u32 i = 0; i < 3; i++) newproc(gp->m, wander, &p);
  while (p.ran.load(seq_cst) < locked) gosched(gp);
}

TEST_CASE("a locked goroutine goes on where it was") {
  for (const u32 procs : {1u, 2u, 4u}) {
    CAPTURE(procs);
    CHECK(succeeds([&] {
      Program p(procs, start_locked, true);
      p.run();
      return p.ran.load() == locked;
    }));
  }
}

void end_locked(G* gp, void* arg) {
  lock_os_thread(gp);
  static_cast<Program*>(arg)->ran.fetch_add(1, seq_cst);
}

void start_ending(G* gp, void* arg) {
  auto& p = *static_cast<Program*>(arg);
  for (u32 i = 0; i < 20; i++) {
    newproc(gp->m, end_locked, &p);
    while (p.ran.load(seq_cst) != i + 1) gosched(gp);
  }
}

TEST_CASE("the thread of a locked goroutine that ends is free") {
  CHECK(succeeds([] {
    Program p(1, start_ending);
    p.run();
    return p.ran.load() == 20;
  }));
}

void unlock_too_often(G* gp, void*) {
  lock_os_thread(gp);
  unlock_os_thread_internal(gp);
}

void end_in_internal_lock(G* gp, void*) { lock_os_thread_internal(gp); }

void start_bad_end(G* gp, void*) {
  newproc(gp->m, end_in_internal_lock, nullptr);
  for (;;) gosched(gp);
}

bool keep_waiting(M*, G*, void*) { return true; }

void park_locked(G* gp, void*) {
  lock_os_thread(gp);
  gopark(gp, keep_waiting, nullptr, "nobody");
}

TEST_CASE("misuse of locks, and a locked goroutine for which nobody comes") {
  const auto message = [](GoroutineFn main) {
    return abort_message([&] {
      Program p(2, main);
      p.run();
    });
  };
  CHECK(message(unlock_too_often).find("misuse of lockOSThread/unlockOSThread") !=
        std::string::npos);
  CHECK(message(start_bad_end).find("internal lockOSThread error") != std::string::npos);
  CHECK(message(park_locked).find("all goroutines are asleep") != std::string::npos);
}

}  // namespace
}  // namespace runtime_core
