// semaphore: goroutines take the one unit of a semaphore, write, and give it back.
#include "runtime_core/sync/sema.h"
#include "scenarios/goroutines.h"

namespace scenarios {
namespace {

using namespace runtime_core;

struct State {
  GoWorld world;
  Join join;
  u32 workers, rounds;
  alignas(64) std::atomic<u32> units;
  alignas(64) u64 written;  // plain: by who has the unit
};

constexpr Param params[] = {
    {"threads", 2, "Ms, each with a thread, and as many Ps", 1, 4},
    {"workers", 1, "goroutines besides main", 1, 16},
    {"rounds", 1, "writes of each, and of main", 1, 1000},
    late_threads,
};

u32 thread_count(const Env& env) { return static_cast<u32>(env.params[0]); }
u32 goroutine_count(const Env& env) { return static_cast<u32>(env.params[1]) + 1; }

void write_in_turn(G* gp, State& s) {
  for (u32 i = 0; i < s.rounds; i++) {
    semacquire(gp, &s.units);
    s.written++;
    semrelease(gp, &s.units);
  }
}

void work(G* gp, void* arg) {
  auto& s = *static_cast<State*>(arg);
  write_in_turn(gp, s);
  join_done(gp, &s.join);
}

void main_of_semaphore(G* gp, void* arg) {
  auto& s = *static_cast<State*>(arg);
  s.join.left = s.workers;
  for (u32 i = 0; i < s.workers; i++) newproc(gp->m, work, &s);
  write_in_turn(gp, s);
  join_wait(gp, &s.join);
}

void setup(Env& env) {
  auto* s = allocate<State>(env);
  env.state = s;
  s->workers = static_cast<u32>(env.params[1]);
  s->rounds = static_cast<u32>(env.params[2]);
  s->units.store(1, relaxed);
  boot_goroutines(env, &s->world, thread_count(env), thread_count(env), main_of_semaphore, s);
}

void thread(Env& env, u32 id) { run_goroutines(&static_cast<State*>(env.state)->world, id); }

void finish(Env& env) {
  const State& s = *static_cast<State*>(env.state);
  require(s.written == u64{s.workers + 1} * s.rounds, "mutex.exclusion",
          "two goroutines had the one unit");
}

}  // namespace

extern const Scenario semaphore_scenario;
const Scenario semaphore_scenario = {.name = "semaphore",
                                     .description = "goroutines wait for the unit of a semaphore",
                                     .reaches = "g_execute,g_drop",
                                     .params = params,
                                     .param_count = 4,
                                     .thread_count = thread_count,
                                     .setup = setup,
                                     .thread = thread,
                                     .finish = finish,
                                     .tuning = &goroutines_tuning,
                                     .late_thread_count = late_thread_count,
                                     .goroutine_count = goroutine_count};

}  // namespace scenarios
