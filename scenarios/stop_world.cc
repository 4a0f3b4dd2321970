// stop-world: main stops the world and looks at what goroutines write, who compute or are on their
// way in and out of system calls.
#include "scenarios/goroutines.h"

namespace scenarios {
namespace {

using namespace runtime_core;

constexpr u32 workers_max = 4;

struct State {
  GoWorld world;
  Join join;
  u32 workers, rounds, stops;
  bool spins, syscalls;
  alignas(64) std::atomic<u32> over;
  alignas(64) u64 written[workers_max];  // plain: main reads them in the stopped world
};

struct Worker {
  State* state;
  u32 index;
};

constexpr Param params[] = {
    {"threads", 2, "Ms, each with a thread, and as many Ps", 1, 4},
    {"workers", 1, "goroutines besides main", 1, workers_max},
    {"rounds", 1, "writes of each", 1, 1000},
    {"stops", 1, "of the world", 1, 1000},
    {"spins", 0, "1: workers compute until the last stop is over", 0, 1},
    {"syscalls", 0, "1: a system call comes before each write", 0, 1},
    late_threads,
};

u32 thread_count(const Env& env) { return static_cast<u32>(env.params[0]); }
u32 goroutine_count(const Env& env) { return static_cast<u32>(env.params[1]) + 1; }

void work(G* gp, void* arg) {
  const auto& w = *static_cast<Worker*>(arg);
  State& s = *w.state;
  for (u32 i = 0; i < s.rounds; i++) {
    if (s.syscalls) {
      entersyscall(gp);
      exitsyscall(gp);
    }
    s.written[w.index]++;
    prologue(gp);
  }
  while (s.spins && s.over.load(relaxed) == 0) prologue(gp);
  join_done(gp, &s.join);
}

// Nobody writes: two looks see the same.
void look(State& s) {
  for (u32 i = 0; i < s.workers; i++) {
    const u64 before = s.written[i];
    procyield(1);
    require(std::atomic_ref<u64>(s.written[i]).load(relaxed) == before,
            "sched.stopped_means_stopped", "a goroutine wrote in the stopped world");
  }
}

void main_of_stop_world(G* gp, void* arg) {
  auto& s = *static_cast<State*>(arg);
  Worker workers[workers_max];
  s.join.left = s.workers;
  for (u32 i = 0; i < s.workers; i++) {
    workers[i] = {&s, i};
    newproc(gp->m, work, &workers[i]);
  }
  for (u32 i = 0; i < s.stops; i++) {
    M* mp = take_world(gp->m);
    look(s);
    give_world_back(mp);
  }
  s.over.store(1, relaxed);
  join_wait(gp, &s.join);
}

void setup(Env& env) {
  auto* s = allocate<State>(env);
  env.state = s;
  s->workers = static_cast<u32>(env.params[1]);
  s->rounds = static_cast<u32>(env.params[2]);
  s->stops = static_cast<u32>(env.params[3]);
  s->spins = env.params[4] != 0;
  s->syscalls = env.params[5] != 0;
  const u32 threads = thread_count(env);
  require(!s->spins || s->workers < threads, "scenario.input",
          "stop-world: spinning workers leave no processor for main");
  boot_goroutines(env, &s->world, threads, threads, main_of_stop_world, s);
}

void thread(Env& env, u32 id) { run_goroutines(&static_cast<State*>(env.state)->world, id); }

void finish(Env& env) {
  const State& s = *static_cast<State*>(env.state);
  for (u32 i = 0; i < s.workers; i++) {
    require(s.written[i] == s.rounds, "sched.runnable_once", "a worker did not do its work");
  }
}

}  // namespace

extern const Scenario stop_world_scenario;
const Scenario stop_world_scenario = {
    .name = "stop-world",
    .description = "the world of goroutines stops and starts again",
    .reaches = "world_stopped,world_started,g_execute",
    .params = params,
    .param_count = 7,
    .thread_count = thread_count,
    .setup = setup,
    .thread = thread,
    .finish = finish,
    .tuning = &goroutines_tuning,
    .late_thread_count = late_thread_count,
    .goroutine_count = goroutine_count};

}  // namespace scenarios
