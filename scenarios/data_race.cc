// data-race: two threads write one plain word; with `locked` an atomic flag hands it over.
#include "scenarios/scenario.h"

namespace scenarios {
namespace {

using namespace runtime_core;

struct State {
  u64 word;
  alignas(64) std::atomic<u32> handed_over;
};

constexpr Param params[] = {{"ordered", 0, "1: hand the word over through an atomic flag", 0, 1}};

u32 thread_count(const Env&) { return 2; }

void setup(Env& env) { env.state = allocate<State>(env); }

[[gnu::noinline]] void first_writer(State& state) { state.word = 1; }
[[gnu::noinline]] void second_writer(State& state) { state.word = 2; }

void thread(Env& env, u32 id) {
  auto& state = *static_cast<State*>(env.state);
  if (id == 0) {
    first_writer(state);
    state.handed_over.store(1, seq_cst);  // release: partner is the load below
    return;
  }
  const u32 ready = state.handed_over.load(seq_cst);
  if (env.params[0] == 0 || ready == 1) second_writer(state);
}

}  // namespace

extern const Scenario data_race_scenario;
const Scenario data_race_scenario = {
    "data-race", "two unordered plain writes: the race detector's own test",
    "",          params,
    1,           thread_count,
    setup,       thread,
    nullptr};

}  // namespace scenarios
