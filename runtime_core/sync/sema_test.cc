// Semaphores of goroutines on real threads.
#include "runtime_core/sync/sema.h"

#include <doctest/doctest.h>

#include "runtime_core/sched/test_support.h"

namespace runtime_core {
namespace {

using testing::Program;
using testing::succeeds;

struct Turns {
  std::atomic<u32> units{1};
  std::atomic<u32> over{0};
};

void write_in_turn(G* gp, void* arg) {
  auto& p = *static_cast<Program*>(arg);
  auto& turns = *static_cast<Turns*>(p.user);
  for (u32 i = 0; i < p.count; i++) {
    semacquire(gp, &turns.units);
    p.written++;
    if (i % 8 == 0) gosched(gp);
    semrelease(gp, &turns.units);
  }
  p.ran.fetch_add(1, seq_cst);
  semrelease(gp, &turns.over);
}

void start_writers(G* gp, void* arg) {
  auto& p = *static_cast<Program*>(arg);
  for (u32 i = 0; i < 8; i++) newproc(gp->m, write_in_turn, &p);
  for (u32 i = 0; i < 8; i++) semacquire(gp, &static_cast<Turns*>(p.user)->over);
}

TEST_CASE("one goroutine at a time has the unit, and none is forgotten") {
  for (const u32 procs : {1u, 4u}) {
    CAPTURE(procs);
    CHECK(succeeds([&] {
      Turns turns;
      Program p(procs, start_writers);
      p.count = 2000;
      p.user = &turns;
      p.run();
      return p.ran.load() == 8 && p.written == 8 * 2000 && turns.units.load() == 1;
    }));
  }
}

void acquire_on_g0(G* gp, void* arg) {
  systemstack(gp->m, [&] {
    std::atomic<u32> none{0};
    semacquire(gp, &none);
  });
  static_cast<Program*>(arg)->ran.store(1, seq_cst);
}

TEST_CASE("who is on g0 cannot wait") {
  CHECK(abort_message([] {
          Program p(1, acquire_on_g0);
          p.run();
        }) == "fatal error: semacquire not on the G stack [runtime.throw]\n");
}

}  // namespace
}  // namespace runtime_core
