// fair-queues: goroutines that start each other keep the local queue of the only processor full;
// main waits in the global queue meanwhile.
#include "scenarios/goroutines.h"

namespace scenarios {
namespace {

using namespace runtime_core;

struct State {
  GoWorld world;
  Join join;
  u32 patience;
  u32 started;
  bool main_ran;
};

constexpr Param params[] = {
    {"threads", 1, "Ms, each with a thread; one has the processor", 1, 4},
    {"patience", 130, "goroutines that may run while main waits; every 61st turn is its", 122,
     1000},
};

u32 thread_count(const Env& env) { return static_cast<u32>(env.params[0]); }
u32 goroutine_count(const Env&) { return 3; }

void start_another(G* gp, void* arg) {
  auto& s = *static_cast<State*>(arg);
  if (s.main_ran) return join_done(gp, &s.join);
  s.started++;
  require(s.started <= s.patience, "sched.fair", "a goroutine waits in the global queue for good");
  newproc(gp->m, start_another, arg);
}

void main_of_fair_queues(G* gp, void* arg) {
  auto& s = *static_cast<State*>(arg);
  s.join.left = 1;
  newproc(gp->m, start_another, arg);
  gosched(gp);
  s.main_ran = true;
  join_wait(gp, &s.join);
}

void setup(Env& env) {
  auto* s = allocate<State>(env);
  env.state = s;
  s->patience = static_cast<u32>(env.params[1]);
  boot_goroutines(env, &s->world, thread_count(env), 1, main_of_fair_queues, s);
}

void thread(Env& env, u32 id) { run_goroutines(&static_cast<State*>(env.state)->world, id); }

void finish(Env& env) {
  require(static_cast<State*>(env.state)->main_ran, "sched.fair", "main did not run again");
}

}  // namespace

extern const Scenario fair_queues_scenario;
const Scenario fair_queues_scenario = {
    .name = "fair-queues",
    .description = "goroutines start each other for ever, and main gets its turn",
    .reaches = "runq_put,runq_take,g_execute",
    .params = params,
    .param_count = 2,
    .thread_count = thread_count,
    .setup = setup,
    .thread = thread,
    .finish = finish,
    .tuning = &goroutines_tuning,
    .goroutine_count = goroutine_count};

}  // namespace scenarios
