// syscalls: a goroutine is in a system call while another thread takes its processor, and while
// another goroutine needs it.
#include "runtime_core/os/os.h"
#include "scenarios/goroutines.h"

namespace scenarios {
namespace {

using namespace runtime_core;

constexpr i64 round_ns = 20'000'000;  // longer than any P may stay in a call

enum class Call : u8 { returns, waits, gives_p_away };

struct State {
  GoWorld world;
  Join join;
  Note note;
  Call call;
  u32 rounds;
  M* watcher;
  alignas(64) std::atomic<u32> over;
};

constexpr Param params[] = {
    {"threads", 2, "Ms with a thread, besides the one that watches", 1, 4},
    {"procs", 1, "Ps", 1, 4},
    {"blocks", 1,
     "the call 0: returns at once, 1: waits for the other goroutine, 2: does so and "
     "gives the processor away before",
     0, 2},
    {"rounds", 1, "calls", 1, 1000},
    late_threads,
};

u32 ms_of(const Env& env) { return static_cast<u32>(env.params[0]); }
// Who gives the processor away needs nobody to take it.
bool is_watched(const Env& env) { return static_cast<Call>(env.params[2]) != Call::gives_p_away; }
u32 thread_count(const Env& env) { return ms_of(env) + (is_watched(env) ? 1 : 0); }
u32 goroutine_count(const Env& env) { return static_cast<u32>(env.params[3]) + 1; }

void call(G* gp, State& s) {
  if (s.call == Call::gives_p_away) {
    notetsleepg(gp, &s.note, -1);
  } else {
    entersyscall(gp);
    if (s.call == Call::waits) notetsleep_internal(gp->m, &s.note, -1);
    exitsyscall(gp);
  }
}

void make_calls(G* gp, void* arg) {
  auto& s = *static_cast<State*>(arg);
  call(gp, s);
  join_done(gp, &s.join);
}

// It is in the global queue when the other one gives its processor away.
void main_of_syscalls(G* gp, void* arg) {
  auto& s = *static_cast<State*>(arg);
  for (u32 i = 0; i < s.rounds; i++) {
    s.join.left = 1;
    s.join.waiter = nullptr;
    noteclear(&s.note);
    newproc(gp->m, make_calls, &s);
    gosched(gp);
    if (s.call != Call::returns) notewakeup(gp->m, &s.note);
    join_wait(gp, &s.join);
  }
  s.over.store(1, seq_cst);
}

void setup(Env& env) {
  auto* s = allocate<State>(env);
  env.state = s;
  s->call = static_cast<Call>(env.params[2]);
  s->rounds = static_cast<u32>(env.params[3]);
  boot_goroutines(env, &s->world, ms_of(env), static_cast<u32>(env.params[1]), main_of_syscalls, s);
  if (is_watched(env)) s->watcher = add_watcher(env, &s->world);
}

// What sysmon does, as often as it can.
void watch(State& s) {
  M* mp = s.watcher;
  for (i64 now = nanotime(); s.over.load(seq_cst) == 0; now += round_ns) {
    retake(mp, now);
    procyield(1);
  }
}

void thread(Env& env, u32 id) {
  State& s = *static_cast<State*>(env.state);
  if (id == ms_of(env)) return watch(s);
  run_goroutines(&s.world, id);
}

void finish(Env& env) {
  const State& s = *static_cast<State*>(env.state);
  require(s.over.load(relaxed) == 1, "sched.runnable_once", "main did not run to its end");
}

}  // namespace

extern const Scenario syscalls_scenario;
const Scenario syscalls_scenario = {
    .name = "syscalls",
    .description = "processors of goroutines in system calls are taken for others",
    .reaches = "g_execute,p_acquire,p_release",
    .params = params,
    .param_count = 5,
    .thread_count = thread_count,
    .setup = setup,
    .thread = thread,
    .finish = finish,
    .tuning = &goroutines_tuning,
    .late_thread_count = late_thread_count,
    .goroutine_count = goroutine_count};

}  // namespace scenarios
