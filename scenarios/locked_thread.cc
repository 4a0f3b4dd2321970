// locked-thread: goroutines are locked to their thread, and leave it in every way there is; others
// need processors meanwhile.
#include "runtime_core/sync/sema.h"
#include "scenarios/goroutines.h"

namespace scenarios {
namespace {

using namespace runtime_core;

constexpr u32 locked_max = 2;

enum class Leave : u8 { parks, yields, calls, blocks_in_call, ends };

struct State {
  GoWorld world;
  Join join;
  u32 locked, rounds;
  Leave leave;
  std::atomic<u32> turn[locked_max], answer[locked_max];  // semaphores
  alignas(64) std::atomic<u32> stayed;
};

struct Worker {
  State* state;
  u32 index;
};

constexpr Param params[] = {
    {"threads", 2, "Ms with a thread", 1, 4},
    {"procs", 1, "Ps", 1, 4},
    {"locked", 1, "goroutines that are locked to their thread", 1, locked_max},
    {"rounds", 2, "in which each leaves its thread", 1, 1000},
    {"leaves", 0,
     "how: 0: waits for main, 1: lets others run, 2: in a call, 3: in a call without a processor, "
     "4: ends while it is locked",
     0, 4},
    late_threads,
};
enum : u32 { p_threads, p_procs, p_locked, p_rounds, p_leaves };

u32 thread_count(const Env& env) { return static_cast<u32>(env.params[p_threads]); }
u32 goroutine_count(const Env& env) { return static_cast<u32>(env.params[p_locked]) + 1; }

void leave(G* gp, const Worker& w) {
  State& s = *w.state;
  switch (s.leave) {
    case Leave::parks:
      semacquire(gp, &s.turn[w.index]);
      semrelease(gp, &s.answer[w.index]);
      break;
    case Leave::yields:
      gosched(gp);
      break;
    case Leave::calls:
      entersyscall(gp);
      exitsyscall(gp);
      break;
    case Leave::blocks_in_call: {
      Note never{};
      notetsleepg(gp, &never, 1000);
      break;
    }
    case Leave::ends:
      break;
  }
}

void work(G* gp, void* arg) {
  const auto& w = *static_cast<Worker*>(arg);
  State& s = *w.state;
  lock_os_thread(gp);
  // The runtime's own locks nest in the program's.
  lock_os_thread_internal(gp);
  const M* mp = gp->m;
  for (u32 i = 0; i < s.rounds; i++) {
    leave(gp, w);
    require(gp->m == mp, "sched.locked_to_m", "a locked goroutine goes on on another thread");
  }
  unlock_os_thread_internal(gp);
  if (s.leave != Leave::ends) unlock_os_thread(gp);
  s.stayed.fetch_add(1, seq_cst);
  join_done(gp, &s.join);
}

void main_of_locked_thread(G* gp, void* arg) {
  auto& s = *static_cast<State*>(arg);
  Worker workers[locked_max];
  s.join.left = s.locked;
  for (u32 i = 0; i < s.locked; i++) {
    workers[i] = {&s, i};
    newproc(gp->m, work, &workers[i]);
  }
  for (u32 round = 0; round < s.rounds && s.leave == Leave::parks; round++) {
    for (u32 i = 0; i < s.locked; i++) semrelease(gp, &s.turn[i]);
    for (u32 i = 0; i < s.locked; i++) semacquire(gp, &s.answer[i]);
  }
  join_wait(gp, &s.join);
}

void setup(Env& env) {
  auto* s = allocate<State>(env);
  env.state = s;
  s->locked = static_cast<u32>(env.params[p_locked]);
  s->rounds = static_cast<u32>(env.params[p_rounds]);
  s->leave = static_cast<Leave>(env.params[p_leaves]);
  boot_goroutines(env, &s->world, thread_count(env), static_cast<u32>(env.params[p_procs]),
                  main_of_locked_thread, s);
}

void thread(Env& env, u32 id) { run_goroutines(&static_cast<State*>(env.state)->world, id); }

void finish(Env& env) {
  const State& s = *static_cast<State*>(env.state);
  require(s.stayed.load(relaxed) == s.locked, "sched.runnable_once",
          "a locked goroutine did not do its work");
}

}  // namespace

extern const Scenario locked_thread_scenario;
const Scenario locked_thread_scenario = {
    .name = "locked-thread",
    .description = "goroutines that are locked to their thread wait, yield, call and end",
    .reaches = "g_execute,g_drop,p_release",
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
