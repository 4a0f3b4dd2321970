// pacing: one thread raises the collector's percentage while the other still sweeps garbage, which
// lowers the goal of the next collection; the goal must not fall below zero.
#include "scenarios/heap_world.h"

namespace scenarios {
namespace {

using namespace runtime_core;

constexpr Param params[] = {
    {"percent", 10000, "what thread 1 raises the percentage to"},
    {"blocks", 2, "blocks of garbage, two a span", 0, 1000},
};
enum : u32 { p_percent, p_blocks };

constexpr u32 root_words = 2;

u32 thread_count(const Env&) { return 2; }

void setup(Env& env) {
  auto* w = allocate<HeapWorld>(env);
  env.state = w;
  boot(env, w, 2, root_words);
  M* mp = &w->ms[0];
  for (i64 i = 0; i < env.params[p_blocks]; i++) new_plain(mp);
  gogc(mp, 1);
  bind(w);
}

void thread(Env& env, u32 id) {
  auto* w = static_cast<HeapWorld*>(env.state);
  M* mp = enter(w, id);
  if (id == 0) {
    sweep_all(mp);
  } else {
    set_gc_percent(mp, static_cast<i32>(env.params[p_percent]));
  }
  leave(mp);
}

}  // namespace

extern const Scenario pacing_scenario;
const Scenario pacing_scenario = {"pacing",
                                  "the collector's percentage changes while garbage is swept",
                                  "free_object,sweepgen_bump,span_sweep_end",
                                  params,
                                  2,
                                  thread_count,
                                  setup,
                                  thread,
                                  nullptr,
                                  &heap_world_tuning};

}  // namespace scenarios
