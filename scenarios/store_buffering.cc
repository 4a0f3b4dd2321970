// store-buffering: two threads each store one location and load the other. Both loads may miss
// both stores only where stores are buffered: clean under sc, violated under tso, unless fenced.
#include "scenarios/scenario.h"

namespace scenarios {
namespace {

using namespace runtime_core;

struct State {
  alignas(64) std::atomic<u64> flag[2];
  alignas(64) u64 seen[2][8];
};

constexpr Param params[] = {{"fence", 0, "1: a full fence between the store and the load", 0, 1}};

u32 thread_count(const Env&) { return 2; }

void setup(Env& env) { env.state = allocate<State>(env); }

void thread(Env& env, u32 id) {
  auto& state = *static_cast<State*>(env.state);
  state.flag[id].store(1, relaxed);
  if (env.params[0] != 0) std::atomic_thread_fence(seq_cst);
  state.seen[id][0] = state.flag[1 - id].load(relaxed);
}

void finish(Env& env) {
  const auto& state = *static_cast<State*>(env.state);
  require(state.seen[0][0] + state.seen[1][0] > 0, "litmus.store_buffering",
          "both loads missed both stores");
}

// Each looks at the flag of the other.
u32 role(const Env&, u32) { return 0; }

}  // namespace

extern const Scenario store_buffering_scenario;
const Scenario store_buffering_scenario = {
    .name = "store-buffering",
    .description = "the race that the write barrier's comment calls IRIW",
    .reaches = "",
    .params = params,
    .param_count = 1,
    .thread_count = thread_count,
    .setup = setup,
    .thread = thread,
    .finish = finish,
    .role = role};

}  // namespace scenarios
