// foreign-calls: threads that the runtime has not made call functions that run as goroutines, while
// main and the collector go on.
#include "runtime_core/gc/mgc.h"
#include "runtime_core/os/os.h"
#include "runtime_core/sync/sema.h"
#include "scenarios/goroutines.h"

namespace scenarios {
namespace {

using namespace runtime_core;

constexpr u32 callers_max = 3;
constexpr i64 round_ns = 20'000'000;  // longer than any P may stay in a call

struct State {
  GoWorld world;
  M* watcher;
  u32 callers, rounds;
  bool collects;
  std::atomic<u32> called, answer;  // semaphores
  std::atomic<u32> callers_left, over;
  u64 calls;  // plain: one P at a time, or the semaphore, orders the calls
};

constexpr Param params[] = {
    {"threads", 1, "Ms with a thread, besides the one that watches", 1, 4},
    {"procs", 1, "Ps", 1, 4},
    {"callers", 1, "threads that call", 1, callers_max},
    {"rounds", 1, "calls of each", 1, 1000},
    {"collects", 0, "1: main collects between the calls", 0, 1},
    late_threads,
};
enum : u32 { p_threads, p_procs, p_callers, p_rounds, p_collects };

u32 ms_of(const Env& env) { return static_cast<u32>(env.params[p_threads]); }
u32 thread_count(const Env& env) {
  return ms_of(env) + 1 + static_cast<u32>(env.params[p_callers]);
}
// Main, and those of Ms that are made ahead: one whenever the last one is taken.
u32 goroutine_count(const Env& env) { return 2 * static_cast<u32>(env.params[p_callers]) + 1; }

// Waits for main in between.
void call(G* gp, void* arg) {
  auto& s = *static_cast<State*>(arg);
  const M* mp = gp->m;
  semrelease(gp, &s.called);
  semacquire(gp, &s.answer);
  require(gp->m == mp, "sched.locked_to_m", "a call from outside goes on on another thread");
}

void main_of_foreign_calls(G* gp, void* arg) {
  auto& s = *static_cast<State*>(arg);
  newextram(gp->m);
  for (u32 i = 0; i < s.callers * s.rounds; i++) {
    semacquire(gp, &s.called);
    s.calls++;
    if (s.collects) gogc(gp->m, 2);
    semrelease(gp, &s.answer);
  }
  // The process would end under them.
  while (s.callers_left.load(seq_cst) != 0) {
    procyield(1);
    gosched(gp);
  }
  s.over.store(1, seq_cst);
}

void setup(Env& env) {
  auto* s = allocate<State>(env);
  env.state = s;
  s->callers = static_cast<u32>(env.params[p_callers]);
  s->rounds = static_cast<u32>(env.params[p_rounds]);
  s->collects = env.params[p_collects] != 0;
  s->callers_left.store(s->callers, relaxed);
  boot_goroutines(env, &s->world, ms_of(env), static_cast<u32>(env.params[p_procs]),
                  main_of_foreign_calls, s);
  s->world.rt->stats.next_gc.store(no_goal, relaxed);
  s->world.rt->stats.enablegc.store(true, relaxed);
  s->watcher = add_watcher(env, &s->world);
}

// What sysmon does, as often as it can: a call that returns leaves its processor behind.
void watch(State& s) {
  for (i64 now = nanotime(); s.over.load(seq_cst) == 0; now += round_ns) {
    retake(s.watcher, now);
    procyield(1);
  }
}

void thread(Env& env, u32 id) {
  State& s = *static_cast<State*>(env.state);
  if (id < ms_of(env)) return run_goroutines(&s.world, id);
  if (id == ms_of(env)) return watch(s);
  for (u32 i = 0; i < s.rounds; i++) callback(s.world.rt, call, &s);
  s.callers_left.fetch_sub(1, seq_cst);
}

void finish(Env& env) {
  const State& s = *static_cast<State*>(env.state);
  require(s.calls == s.callers * s.rounds, "sched.runnable_once", "a call was not seen by main");
}

}  // namespace

extern const Scenario foreign_calls_scenario;
const Scenario foreign_calls_scenario = {
    .name = "foreign-calls",
    .description = "threads that the runtime has not made run goroutines and wait for them",
    .reaches = "g_execute,g_drop,p_acquire,p_release",
    .params = params,
    .param_count = 6,
    .thread_count = thread_count,
    .setup = setup,
    .thread = thread,
    .finish = finish,
    .tuning = &goroutines_tuning,
    .late_thread_count = late_thread_count,
    .goroutine_count = goroutine_count};

}  // namespace scenarios
