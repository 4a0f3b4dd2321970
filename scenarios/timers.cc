// timers: goroutines sleep for different times, and timers are added before and behind others, and
// deleted.
#include "runtime_core/os/os.h"
#include "runtime_core/sched/timer.h"
#include "scenarios/goroutines.h"

namespace scenarios {
namespace {

using namespace runtime_core;

constexpr u32 sleepers_max = 4, heap_timers = 10;
constexpr i64 unit_ns = 1'000'000, far_ns = 1'000'000'000'000;

struct State {
  GoWorld world;
  Join join;
  u32 sleepers, rounds;
  bool heap;
  u32 ended;  // those that have slept; under `join`
  Timer timers[heap_timers];
};

struct Sleeper {
  State* state;
  u32 units;
};

constexpr Param params[] = {
    {"threads", 2, "Ms, each with a thread, and as many Ps", 1, 4},
    {"sleepers", 2, "goroutines, which sleep the shorter the later they begin", 1, sleepers_max},
    {"rounds", 1, "in which all sleep", 1, 100},
    {"heap", 0, "1: main deletes timers in the middle of others", 0, 1},
    late_threads,
};
enum : u32 { p_threads, p_sleepers, p_rounds, p_heap };

u32 thread_count(const Env& env) { return static_cast<u32>(env.params[p_threads]); }
// Those who sleep, main, and the timers' own.
u32 goroutine_count(const Env& env) {
  return static_cast<u32>(env.params[p_sleepers] * env.params[p_rounds]) + 2;
}

// On virtual time nobody is late: who sleeps for less is done before time goes on.
void sleep_and_count(G* gp, State& s, u32 units) {
  const i64 begin = nanotime();
  time_sleep(gp, units * unit_ns);
  require(nanotime() - begin >= units * unit_ns, "timer.on_time", "a sleep was too short");
  lock(gp->m, &s.join.lock);
  s.ended++;
  const bool first = !simulated || s.ended == units;
  unlock(gp->m, &s.join.lock);
  require(first, "timer.on_time", "who sleeps for longer woke up before");
}

void sleep(G* gp, void* arg) {
  const auto& sleeper = *static_cast<Sleeper*>(arg);
  sleep_and_count(gp, *sleeper.state, sleeper.units);
  join_done(gp, &sleeper.state->join);
}

// Main sleeps for the shortest time.
void sleep_together(G* gp, State& s) {
  Sleeper sleepers[sleepers_max];
  s.ended = 0;
  s.join.left = s.sleepers;
  s.join.waiter = nullptr;
  for (u32 i = 0; i < s.sleepers; i++) {
    sleepers[i] = {&s, s.sleepers + 1 - i};
    newproc(gp->m, sleep, &sleepers[i]);
    gosched(gp);
  }
  sleep_and_count(gp, s, 1);
  join_wait(gp, &s.join);
}

void ignore(G*, void*, uintptr) {}

// The last timer takes the place of the one that is deleted, and belongs further up there.
void change_heap(G* gp, State& s) {
  constexpr i64 when[heap_timers] = {0, 50, 10, 11, 12, 60, 61, 62, 63, 20};
  const i64 now = nanotime();
  for (u32 i = 0; i < heap_timers; i++) {
    s.timers[i] = {-1, now + far_ns + when[i], 0, ignore, nullptr, 0};
    addtimer(gp, &s.timers[i]);
  }
  require(deltimer(gp, &s.timers[5]), "timer.heap", "a timer that waits is not in the heap");
  require(!deltimer(gp, &s.timers[5]), "timer.heap", "a timer was deleted twice");
  for (u32 i = 0; i < heap_timers; i++) deltimer(gp, &s.timers[i]);
}

void main_of_timers(G* gp, void* arg) {
  auto& s = *static_cast<State*>(arg);
  if (s.heap) change_heap(gp, s);
  for (u32 i = 0; i < s.rounds; i++) sleep_together(gp, s);
}

void setup(Env& env) {
  auto* s = allocate<State>(env);
  env.state = s;
  s->sleepers = static_cast<u32>(env.params[p_sleepers]);
  s->rounds = static_cast<u32>(env.params[p_rounds]);
  s->heap = env.params[p_heap] != 0;
  const u32 threads = thread_count(env);
  boot_goroutines(env, &s->world, threads, threads, main_of_timers, s);
}

void thread(Env& env, u32 id) { run_goroutines(&static_cast<State*>(env.state)->world, id); }

void finish(Env& env) {
  const State& s = *static_cast<State*>(env.state);
  require(s.ended == s.sleepers + 1, "timer.on_time", "a sleep did not end");
}

}  // namespace

extern const Scenario timers_scenario;
const Scenario timers_scenario = {
    .name = "timers",
    .description = "sleeps of different lengths, and timers that come and go",
    .reaches = "g_execute,note_wakeup,note_sleep_done",
    .params = params,
    .param_count = 5,
    .thread_count = thread_count,
    .setup = setup,
    .thread = thread,
    .finish = finish,
    .tuning = &goroutines_tuning,
    .late_thread_count = late_thread_count,
    .goroutine_count = goroutine_count,
    .measures_time = true};

}  // namespace scenarios
