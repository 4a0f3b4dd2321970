// runq: the owner of a run queue puts and gets while others steal; each goroutine is got once.
#include "scenarios/goroutines.h"

namespace scenarios {
namespace {

using namespace runtime_core;

constexpr u32 threads_max = 4, goroutines_max = 16;

struct State {
  Runtime* rt;
  M* ms;
  P* ps;
  G* gs;
  u32 goroutines, tries;
  alignas(64) u64 got[goroutines_max];  // plain: each by whoever took the goroutine
};

constexpr Param params[] = {
    {"threads", 2, "the owner and those who steal", 1, threads_max},
    {"goroutines", 3, "that the owner puts", 1, goroutines_max},
    {"tries", 1, "to steal, by each", 1, 8},
    {"gets", 1, "1: the owner gets one after every second that it put", 0, 1},
};

u32 thread_count(const Env& env) { return static_cast<u32>(env.params[0]); }

void setup(Env& env) {
  const u32 threads = thread_count(env);
  auto* s = allocate<State>(env);
  env.state = s;
  s->goroutines = static_cast<u32>(env.params[1]);
  s->tries = static_cast<u32>(env.params[2]);
  s->rt = allocate<Runtime>(env);
  s->rt->gomaxprocs.store(static_cast<i32>(threads), relaxed);
  s->ms = allocate<M>(env, threads);
  s->ps = allocate<P>(env, threads);
  s->gs = allocate<G>(env, s->goroutines);
  for (u32 i = 0; i < threads; i++) m_init(s->rt, &s->ms[i], static_cast<i32>(i));
}

void got(State& s, G* gp) { s.got[gp - s.gs]++; }

void get_all(State& s, P* pp) {
  while (G* gp = runqget(pp)) got(s, gp);
}

void own(State& s, bool gets) {
  P* pp = &s.ps[0];
  for (u32 i = 0; i < s.goroutines; i++) {
    runqput(&s.ms[0], pp, &s.gs[i]);
    if (!gets || i % 2 == 0) continue;
    if (G* gp = runqget(pp)) got(s, gp);
  }
  get_all(s, pp);
}

void thread(Env& env, u32 id) {
  State& s = *static_cast<State*>(env.state);
  if (id == 0) return own(s, env.params[3] != 0);
  for (u32 i = 0; i < s.tries; i++) {
    if (G* gp = runqsteal(&s.ps[id], &s.ps[0])) got(s, gp);
    get_all(s, &s.ps[id]);
  }
}

// What did not fit is in the global queue.
void finish(Env& env) {
  State& s = *static_cast<State*>(env.state);
  while (G* gp = globrunqget(&s.ms[0], &s.ps[0], 0)) {
    got(s, gp);
    get_all(s, &s.ps[0]);
  }
  for (u32 i = 0; i < s.goroutines; i++) {
    require(s.got[i] == 1, "sched.runnable_once", "a goroutine was not got once");
  }
}

// Those who steal are alike.
u32 role(const Env&, u32 id) { return id == 0 ? 0 : 1; }

}  // namespace

extern const Scenario runq_scenario;
const Scenario runq_scenario = {
    .name = "runq",
    .description = "the owner of a run queue against those who steal from it",
    .reaches = "runq_put,runq_take",
    .params = params,
    .param_count = 4,
    .thread_count = thread_count,
    .setup = setup,
    .thread = thread,
    .finish = finish,
    .tuning = &goroutines_tuning,
    .role = role};

}  // namespace scenarios
