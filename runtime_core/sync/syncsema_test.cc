// What sync.Cond waits in, on real threads: each unit given is taken once.
#include <doctest/doctest.h>

#include "runtime_core/sched/test_support.h"
#include "runtime_core/sync/sema.h"

namespace runtime_core {
namespace {

using testing::Program;
using testing::succeeds;

constexpr u32 takers = 6, units = 500;

struct Waiters {
  SyncSema sema{};
  std::atomic<u32> over{0};
};

Waiters& waiters_of(void* arg) { return *static_cast<Waiters*>(static_cast<Program*>(arg)->user); }

void take(G* gp, void* arg) {
  for (u32 i = 0; i < units; i++) {
    syncsemacquire(gp, &waiters_of(arg).sema);
    static_cast<Program*>(arg)->ran.fetch_add(1, relaxed);
    if (i % 8 == 0) gosched(gp);
  }
  semrelease(gp, &waiters_of(arg).over);
}

// Gives in portions that are larger, or smaller, than the number of those who wait.
void start_takers(G* gp, void* arg) {
  for (u32 i = 0; i < takers; i++) newproc(gp->m, take, arg);
  u32 left = takers * units;
  for (u32 i = 0; left > 0; i++) {
    const u32 portion = i % 10 < left ? i % 10 : left;
    syncsemrelease(gp, &waiters_of(arg).sema, portion);
    left -= portion;
    if (portion == 0) gosched(gp);
  }
  for (u32 i = 0; i < takers; i++) semacquire(gp, &waiters_of(arg).over);
}

TEST_CASE("who gives units waits until they are taken") {
  for (const u32 procs : {1u, 4u}) {
    CAPTURE(procs);
    CHECK(succeeds([&] {
      Waiters waiters;
      Program p(procs, start_takers);
      p.user = &waiters;
      p.run();
      return p.ran.load() == takers * units && waiters.sema.head == nullptr;
    }));
  }
}

}  // namespace
}  // namespace runtime_core
