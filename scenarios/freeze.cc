// freeze: main dies as after a throw, while goroutines compute or are in system calls. They stop at
// their next safe point, and the program ends although none of them is over.
#include "runtime_core/os/os.h"
#include "runtime_core/panic/dying.h"
#include "scenarios/goroutines.h"

namespace scenarios {
namespace {

using namespace runtime_core;

constexpr u32 workers_max = 3;

struct State;
struct Worker {
  State* state;
  u32 index;
};

struct State {
  GoWorld world;
  u32 workers, rounds;
  bool calls, both_die;
  alignas(64) std::atomic<u32> begun;
  std::atomic<u32> frozen;
  // Rounds begun in the frozen world; of each worker alone. Atomic, since a worker that stays
  // frozen never comes to the end of its loop, where a compiler may store a plain sum.
  alignas(64) std::atomic<u32> late[workers_max];
  Worker worker[workers_max];  // they outlive main
};

constexpr Param params[] = {
    {"threads", 2, "Ms, each with a thread, and as many Ps", 2, 4},
    {"workers", 1, "goroutines besides main, at most one for each other thread", 1, workers_max},
    {"rounds", 4, "of each", 1, 1000},
    {"calls", 0, "1: each round has a system call", 0, 1},
    {"both", 0, "1: the first worker dies, too, and who is last ends the process; simulated", 0, 1},
    late_threads,
};

u32 thread_count(const Env& env) { return static_cast<u32>(env.params[0]); }
// They keep their processors.
u32 workers_of(const Env& env) {
  const auto wanted = static_cast<u32>(env.params[1]), room = thread_count(env) - 1;
  return wanted < room ? wanted : room;
}
u32 goroutine_count(const Env& env) { return workers_of(env) + 1; }

// Returns to the last one that dies.
void last_words(G* gp, State& s) {
  startpanic_m(gp->m);
  s.frozen.store(1, seq_cst);
  dopanic_m(gp->m);
}

void work(G* gp, void* arg) {
  const auto& w = *static_cast<Worker*>(arg);
  State& s = *w.state;
  s.begun.fetch_add(1, seq_cst);
  if (s.both_die && w.index == 0) {
    last_words(gp, s);
    runtime_core::exit(0);
  }
  for (u32 i = 0; i < s.rounds; i++) {
    if (s.frozen.load(seq_cst) != 0) s.late[w.index].fetch_add(1, relaxed);
    if (s.calls) {
      entersyscall(gp);
      exitsyscall(gp);
    }
    prologue(gp);
  }
}

// No worker is on its way to an M any more when main dies: such a one may be missed.
void main_of_freeze(G* gp, void* arg) {
  auto& s = *static_cast<State*>(arg);
  for (u32 i = 0; i < s.workers; i++) {
    s.worker[i] = {&s, i};
    newproc(gp->m, work, &s.worker[i]);
  }
  const u32 count = s.workers;
  while (s.begun.load(seq_cst) != count) procyield(1);
  last_words(gp, s);
}

void setup(Env& env) {
  auto* s = allocate<State>(env);
  env.state = s;
  const u32 threads = thread_count(env);
  s->workers = workers_of(env);
  s->rounds = static_cast<u32>(env.params[2]);
  s->calls = env.params[3] != 0;
  s->both_die = simulated && env.params[4] != 0;  // natively the first one would never end
  boot_goroutines(env, &s->world, threads, threads, main_of_freeze, s);
}

void thread(Env& env, u32 id) { run_goroutines(&static_cast<State*>(env.state)->world, id); }

// Who comes back from a system call takes a P that is idle, without a look at the world.
void finish(Env& env) {
  const State& s = *static_cast<State*>(env.state);
  const u32 late_max = s.calls ? thread_count(env) : 1;
  for (u32 i = 0; i < s.workers; i++) {
    require(s.late[i].load(relaxed) <= late_max, "sched.frozen",
            "a goroutine ran on in the frozen world");
  }
  require(s.frozen.load(relaxed) == 1, "sched.runnable_once", "main did not run to its end");
}

}  // namespace

extern const Scenario freeze_scenario;
const Scenario freeze_scenario = {
    .name = "freeze",
    .description = "goroutines stop when an M dies, and the program ends",
    .reaches = "g_execute,p_release",
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
