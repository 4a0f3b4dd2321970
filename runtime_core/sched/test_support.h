// A program of goroutines on real threads, for tests.
#pragma once

#include <string>

#include "runtime_core/runtime.h"
#include "runtime_core/sched/proc.h"
#include "runtime_core/sync/test_support.h"

namespace runtime_core::testing {

// A program of goroutines on as many Ms as Ps, and others as the scheduler makes them.
struct Program {
  Program(u32 procs, GoroutineFn main, bool watched = false) {
    rt->sched.runs_goroutines = true;
    rt->sched.has_sysmon = watched;
    rt->hooks.main_returned = runtime_exit;
    rt0_go(rt, m0, 1, argv, procs);
    if (watched) newm(m0, watcher, sysmon, nullptr);
    newproc(m0, main, this);
  }
  void run() { mstart_goroutines(m0); }

  const char* argv[3] = {"test", nullptr, nullptr};  // no variables behind it
  // Never freed: the threads of other Ms may be on their way out when the program is over.
  Runtime* rt = new Runtime{};
  M* m0 = new M{};
  M* watcher = new M{};
  std::atomic<u32> ran{0};
  std::atomic<u64> goids{0};
  std::atomic<G*> waiter{nullptr};
  u32 count = 0;
  u64 written = 0;  // plain
  Note note;
  void* user = nullptr;  // the test's own
};

// The Ms that the scheduler makes outlive a test: each runs in a process of its own.
template <class F>
inline bool succeeds(F f) {
  return abort_message([&] {
           if (!f()) fail("runtime.throw", "false");
           fail("runtime.throw", "true");
         }) == "fatal error: true [runtime.throw]\n";
}

}  // namespace runtime_core::testing
