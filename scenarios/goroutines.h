// What the scenarios with goroutines share: a runtime that runs main(), and a way to wait for
// others.
//
// Threads: boot_goroutines() in the setup; run_goroutines() by each thread.
#pragma once

#include "runtime_core/runtime.h"
#include "runtime_core/sched/proc.h"
#include "scenarios/scenario.h"

namespace scenarios {

struct GoWorld {
  runtime_core::Runtime* rt;
  runtime_core::M* ms;
};

// No spinning on locks, no heap profile, small tables; of a P's run queue two entries.
inline constexpr runtime_core::Tuning goroutines_tuning = {
    .mheap_map_total_bits = 24,
    .heap_alloc_chunk = 1 << 16,
    .grow_round_pages = 1,
    .mutex_active_spin = 0,
    .mutex_passive_spin = 0,
    .checkmark = 0,
    .stop_attempts = 8,
    .persistent_chunk = 128 << 10,
    .mem_profile_rate = 0,
    .allspans_initial_bytes = 4096,
    .fin_block_capacity = 1,
    .ncpu = 2,
    .runq_bits = 1,
    .gfree_local = 2,
};
// The same for programs that collect: markers that find nothing do not wait in between.
constexpr runtime_core::Tuning make_collecting_tuning() {
  runtime_core::Tuning t = goroutines_tuning;
  t.heap_alloc_chunk = 1 << 18;
  t.getfull_procyield_rounds = 0;
  t.getfull_osyield_rounds = 0;
  t.getfull_attempts = 20000;  // each lets another thread take a step
  return t;
}
inline constexpr runtime_core::Tuning collecting_tuning = make_collecting_tuning();

// The last parameter of a scenario, and what it says.
inline constexpr Param late_threads = {"late", 4,
                                       "threads that the scheduler may start for more Ms", 1, 8};
u32 late_thread_count(const Env& env);

// A thread an M. The first has P 0 and will run main(gp, arg); the other Ms and Ps are idle.
// The program ends when main returns.
void boot_goroutines(Env& env, GoWorld* w, u32 threads, u32 procs, runtime_core::GoroutineFn main,
                     void* arg);
// The same with a Go function, which may collect; `threads` Ps. Nothing else starts a collection.
void boot_go_main(Env& env, GoWorld* w, u32 threads, const runtime_core::Function& main,
                  const runtime_core::uintptr* args, u32 nargs);
void boot_go_main_on(Env& env, GoWorld* w, u32 threads, u32 procs,
                     const runtime_core::Function& main, runtime_core::uintptr arg);
void run_goroutines(GoWorld* w, u32 id);
// One more thread, the next after those of the Ms, whose M never has a P and runs no goroutine.
// REQUIRES: in the setup, behind boot_goroutines().
runtime_core::M* add_watcher(Env& env, GoWorld* w);

// Goroutines that one waits for.
struct Join {
  runtime_core::Mutex lock;
  runtime_core::G* waiter;
  u32 left;
};
void join_done(runtime_core::G* gp, Join* join);
void join_wait(runtime_core::G* gp, Join* join);

}  // namespace scenarios
