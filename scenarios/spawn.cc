// spawn: main starts goroutines and waits for them; their Gs are used again in the next round.
#include "scenarios/goroutines.h"

namespace scenarios {
namespace {

using namespace runtime_core;

constexpr u32 goroutines_max = 64;

struct State {
  GoWorld world;
  Join join;
  u32 goroutines, rounds, yields;
  alignas(64) u64 ran[goroutines_max];  // plain: each counted by the goroutine it belongs to
};

struct Work {
  State* state;
  u32 index;
};

constexpr Param params[] = {
    {"threads", 2, "Ms, each with a thread", 1, 8},
    {"procs", 2, "Ps", 1, 8},
    {"goroutines", 1, "that main starts in a round", 1, goroutines_max},
    {"rounds", 1, "of starting and waiting", 1, 1000},
    {"yields", 0, "times that each lets others run", 0, 1000},
    late_threads,
};

u32 thread_count(const Env& env) { return static_cast<u32>(env.params[0]); }
u32 goroutine_count(const Env& env) { return static_cast<u32>(env.params[2] * env.params[3]) + 1; }

void work(G* gp, void* arg) {
  const auto& w = *static_cast<Work*>(arg);
  for (u32 i = 0; i < w.state->yields; i++) gosched(gp);
  w.state->ran[w.index]++;
  join_done(gp, &w.state->join);
}

void main_of_spawn(G* gp, void* arg) {
  auto& s = *static_cast<State*>(arg);
  for (u32 round = 0; round < s.rounds; round++) {
    Work works[goroutines_max];
    s.join.left = s.goroutines;
    s.join.waiter = nullptr;
    for (u32 i = 0; i < s.goroutines; i++) {
      works[i] = {&s, i};
      newproc(gp->m, work, &works[i]);
    }
    join_wait(gp, &s.join);
  }
}

void setup(Env& env) {
  auto* s = allocate<State>(env);
  env.state = s;
  s->goroutines = static_cast<u32>(env.params[2]);
  s->rounds = static_cast<u32>(env.params[3]);
  s->yields = static_cast<u32>(env.params[4]);
  boot_goroutines(env, &s->world, thread_count(env), static_cast<u32>(env.params[1]), main_of_spawn,
                  s);
}

void thread(Env& env, u32 id) { run_goroutines(&static_cast<State*>(env.state)->world, id); }

void finish(Env& env) {
  const State& s = *static_cast<State*>(env.state);
  for (u32 i = 0; i < s.goroutines; i++) {
    require(s.ran[i] == s.rounds, "sched.runnable_once", "a goroutine did not run once");
  }
}

}  // namespace

extern const Scenario spawn_scenario;
const Scenario spawn_scenario = {.name = "spawn",
                                 .description = "goroutines start, run and end on two processors",
                                 .reaches = "g_execute,g_drop,runq_put,runq_take",
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
