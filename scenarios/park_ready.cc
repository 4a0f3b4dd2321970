// park-ready: a goroutine waits for tokens; main puts them, makes it ready, and holds its own
// processor until the token is gone.
#include "scenarios/goroutines.h"

namespace scenarios {
namespace {

using namespace runtime_core;

struct State {
  GoWorld world;
  Mutex lock;
  G* waiter;   // lock
  u32 tokens;  // lock
  u32 rounds;
  bool spins;
  alignas(64) std::atomic<u32> taken;
};

constexpr Param params[] = {
    {"threads", 2, "Ms, each with a thread", 1, 4},
    {"rounds", 1, "tokens", 1, 1000},
    {"spins", 1, "1: main spins until the token is taken, 0: it lets others run", 0, 1},
    late_threads,
};

u32 thread_count(const Env& env) { return static_cast<u32>(env.params[0]); }
u32 goroutine_count(const Env&) { return 2; }

// On g0, when the goroutine is waiting: with a token there is nothing to wait for.
bool wait_for_token(M* mp, G* gp, void* arg) {
  auto& s = *static_cast<State*>(arg);
  lock(mp, &s.lock);
  const bool waits = s.tokens == 0;
  if (waits) {
    s.waiter = gp;
  } else {
    s.tokens--;
  }
  unlock(mp, &s.lock);
  return waits;
}

void take_tokens(G* gp, void* arg) {
  auto& s = *static_cast<State*>(arg);
  for (u32 i = 0; i < s.rounds; i++) {
    gopark(gp, wait_for_token, &s, "token");
    s.taken.fetch_add(1, seq_cst);
  }
}

// Original: the shape of chansend and semrelease. A waiter gets the token itself.
void put_token(G* gp, State& s) {
  lock(gp->m, &s.lock);
  G* waiter = s.waiter;
  s.waiter = nullptr;
  if (waiter == nullptr) s.tokens++;
  unlock(gp->m, &s.lock);
  if (waiter != nullptr) ready(gp->m, waiter);
}

void main_of_park_ready(G* gp, void* arg) {
  auto& s = *static_cast<State*>(arg);
  newproc(gp->m, take_tokens, &s);
  for (u32 i = 0; i < s.rounds; i++) {
    put_token(gp, s);
    while (s.taken.load(seq_cst) == i) {
      if (s.spins) continue;
      gosched(gp);
      procyield(1);
    }
  }
}

void setup(Env& env) {
  auto* s = allocate<State>(env);
  env.state = s;
  s->rounds = static_cast<u32>(env.params[1]);
  s->spins = env.params[2] != 0;
  const u32 threads = thread_count(env);
  require(threads > 1 || !s->spins, "scenario.input", "park-ready: spinning takes two threads");
  boot_goroutines(env, &s->world, threads, threads, main_of_park_ready, s);
}

void thread(Env& env, u32 id) { run_goroutines(&static_cast<State*>(env.state)->world, id); }

void finish(Env& env) {
  const State& s = *static_cast<State*>(env.state);
  require(s.taken.load(relaxed) == s.rounds, "sched.runnable_once", "a token was not taken");
}

}  // namespace

extern const Scenario park_ready_scenario;
const Scenario park_ready_scenario = {
    .name = "park-ready",
    .description = "a goroutine is made ready while a processor is about to become idle",
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
