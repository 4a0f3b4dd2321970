// mutex: threads take two runtime locks in one order and touch plain data under them.
#include "runtime_core/sync/mutex.h"

#include "runtime_core/gc/mgc.h"
#include "runtime_core/runtime.h"
#include "scenarios/scenario.h"

namespace scenarios {
namespace {

using namespace runtime_core;

struct State {
  Runtime* rt;
  M* ms;
  alignas(64) Mutex outer;
  alignas(64) Mutex inner;
  alignas(64) u64 count;  // plain: guarded by outer
};

constexpr Param params[] = {{"threads", 2, "threads", 1, 8},
                            {"rounds", 1, "times that each takes the lock"},
                            {"nested", 0, "1: take a second lock inside", 0, 1},
                            {"inverted", 0, "1: thread 1 takes them in the other order", 0, 1},
                            {"buffers", 0, "work buffers that each takes, under the lock", 0, 8}};

u32 thread_count(const Env& env) { return static_cast<u32>(env.params[0]); }

void setup(Env& env) {
  auto* s = allocate<State>(env);
  env.state = s;
  require(env.params[3] == 0 || env.params[2] != 0, "scenario.input", "inverted goes with nested");
  s->rt = allocate<Runtime>(env);
  s->rt->ncpu = 2;
  s->ms = allocate<M>(env, thread_count(env));
  for (u32 i = 0; i < thread_count(env); i++) m_init(s->rt, &s->ms[i], static_cast<i32>(i));
}

void thread(Env& env, u32 id) {
  State& s = *static_cast<State*>(env.state);
  M* mp = &s.ms[id];
  const bool inverted = env.params[3] != 0 && id == 1;
  Mutex* first = inverted ? &s.inner : &s.outer;
  Mutex* second = inverted ? &s.outer : &s.inner;
  for (i64 i = 0; i < env.params[1]; i++) {
    lock(mp, first);
    if (env.params[2] != 0) lock(mp, second);
    s.count++;
    for (i64 k = 0; k < env.params[4]; k++) getempty(mp, nullptr);
    if (env.params[2] != 0) unlock(mp, second);
    unlock(mp, first);
  }
  require(mp->locks == 0, "mutex.balance", "a thread ended with locks counted");
}

void finish(Env& env) {
  const State& s = *static_cast<State*>(env.state);
  require(s.count == static_cast<u64>(env.params[0] * env.params[1]), "mutex.exclusion",
          "an update under the lock was lost");
  require(s.outer.key.load(relaxed) == 0 && s.inner.key.load(relaxed) == 0, "mutex.exclusion",
          "a lock is still held or has waiters at the end");
}

// Spinning is only a shorter way to the same sleep.
constexpr Tuning tuning_of_mutex{.mutex_active_spin = 0, .mutex_passive_spin = 0};

// An inverted thread takes the locks the other way round.
u32 role(const Env& env, u32 id) { return env.params[3] != 0 && id == 1 ? 1 : 0; }

}  // namespace

extern const Scenario mutex_scenario;
const Scenario mutex_scenario = {
    .name = "mutex",
    .description = "a runtime lock around plain data; --tuning lock_flavour=0 or 1",
    .reaches = "lock_acquire,lock_release",
    .params = params,
    .param_count = 5,
    .thread_count = thread_count,
    .setup = setup,
    .thread = thread,
    .finish = finish,
    .tuning = &tuning_of_mutex,
    .role = role};

}  // namespace scenarios
