// Threads that the runtime has not made, calling into it.
#include <doctest/doctest.h>

#include <vector>

#include "runtime_core/sched/test_support.h"

namespace runtime_core {
namespace {

using testing::Program;
using testing::succeeds;

constexpr u32 callers = 3, calls = 50;

// Waits in every way that leaves the thread.
void count_call(G* gp, void* arg) {
  auto& p = *static_cast<Program*>(arg);
  const M* mp = gp->m;
  gosched(gp);
  time_sleep(gp, 1000);
  if (gp->m != mp || gp->lockedm != mp) throw_("a call from outside has left its thread");
  p.ran.fetch_add(1, seq_cst);
}

void serve(G* gp, void* arg) {
  auto& p = *static_cast<Program*>(arg);
  newextram(gp->m);
  while (p.ran.load(seq_cst) < callers * calls) time_sleep(gp, 100'000);
  p.written = p.rt->extram.load(seq_cst) != 0;
}

TEST_CASE("foreign threads call functions that run as goroutines") {
  for (const u32 procs : {1u, 2u}) {
    CAPTURE(procs);
    CHECK(succeeds([&] {
      Program p(procs, serve, true);
      std::vector<std::thread> threads;
      for (u32 i = 0; i < callers; i++) {
        // The first calls wait until there is an M for them.
        threads.emplace_back([&] {
          for (u32 n = 0; n < calls; n++) callback(p.rt, count_call, &p);
        });
      }
      p.run();
      for (std::thread& t : threads) t.join();
      return p.written == 1 && p.ran.load() == callers * calls;
    }));
  }
}

}  // namespace
}  // namespace runtime_core
