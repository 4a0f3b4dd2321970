// parfor: threads run the indices of one parallel for and steal from each other.
#include "runtime_core/sync/parfor.h"

#include "runtime_core/runtime.h"
#include "scenarios/scenario.h"

namespace scenarios {
namespace {

using namespace runtime_core;

constexpr u32 threads_max = 4, indices_max = 64;

struct State {
  ParFor desc;
  ParForThread workers[threads_max];
  Runtime* rt;
  M* ms;
  u64 pauses;
  alignas(64) std::atomic<u64> ticks;
  alignas(64) std::atomic<u64> bodies;    // that have ended
  alignas(64) u64 finished[indices_max];  // plain: each written by whoever ran the index
};

constexpr Param params[] = {
    {"threads", 2, "threads", 1, 4},
    {"n", 4, "indices", 0, 64},
    {"wait", 1, "1: nobody returns before all indices have been run", 0, 1},
    {"idlers", 0, "1: the last thread starts with all indices and is slow with the first", 0, 1}};

u32 thread_count(const Env& env) { return static_cast<u32>(env.params[0]); }

void body(M*, ParFor* desc, u32 index) {
  auto& s = *static_cast<State*>(desc->ctx);
  for (u64 i = 0; index == 0 && i < s.pauses; i++) s.ticks.fetch_add(1, relaxed);
  s.finished[index]++;
  s.bodies.fetch_add(1, relaxed);
}

// What thefts can lead to: one thread has all the work. The others ask each other first and so go
// idle; with fastrand at 1 the lowest bit stays 0 for thirty draws, at 2^29 for one.
void give_all_to_last(State& s, u32 threads, u32 n) {
  for (u32 i = 0; i + 1 < threads; i++) s.workers[i].pos.store(0, relaxed);
  s.workers[threads - 1].pos.store(u64{n} << 32, relaxed);
  s.pauses = 60;
  for (u32 i = 0; i < threads; i++) s.ms[i].fastrand = 1;
  s.ms[1].fastrand = 1u << 15;
}

void setup(Env& env) {
  const u32 threads = thread_count(env);
  const auto n = static_cast<u32>(env.params[1]);
  require(threads <= threads_max && n <= indices_max, "scenario.memory", "parfor is too large");
  auto* s = allocate<State>(env);
  env.state = s;
  s->rt = allocate<Runtime>(env);
  s->ms = allocate<M>(env, threads);
  for (u32 i = 0; i < threads; i++) m_init(s->rt, &s->ms[i], static_cast<i32>(i));
  parforinit(&s->desc, s->workers, threads);
  parforsetup(&s->ms[0], &s->desc, threads, n, s, env.params[2] != 0, body);
  if (env.params[3] != 0) give_all_to_last(*s, threads, n);
}

void thread(Env& env, u32 id) {
  State& s = *static_cast<State*>(env.state);
  parfordo(&s.ms[id], &s.desc);
  if (env.params[2] == 0) return;
  const u64 bodies = s.bodies.load(relaxed);
  require(bodies >= static_cast<u64>(env.params[1]), "parfor.wait",
          "a thread returned before an index was finished");
  // Plain reads: with wait, what the bodies wrote is visible to everybody who returns.
  for (i64 i = 0; i < env.params[1]; i++) {
    require(s.finished[i] == 1, "parfor.exactly_once", "an index was not run exactly once");
  }
}

void finish(Env& env) {
  const State& s = *static_cast<State*>(env.state);
  for (i64 i = 0; i < env.params[1]; i++) {
    require(s.finished[i] == 1, "parfor.exactly_once", "an index was not run exactly once");
  }
}

constexpr Tuning tuning_of_parfor{.mutex_active_spin = 0, .mutex_passive_spin = 0};

}  // namespace

extern const Scenario parfor_scenario;
const Scenario parfor_scenario = {"parfor",
                                  "a parallel for with work stealing",
                                  "parfor_index,parfor_done",
                                  params,
                                  4,
                                  thread_count,
                                  setup,
                                  thread,
                                  finish,
                                  &tuning_of_parfor};

}  // namespace scenarios
