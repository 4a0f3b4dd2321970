// spin-wait: one thread spins on a flag that the other sets; without awaits a search never ends.
#include "scenarios/scenario.h"

namespace scenarios {
namespace {

using namespace runtime_core;

struct State {
  alignas(64) std::atomic<u32> flag;
  alignas(64) u64 message;
  u64 received;
};

constexpr Param params[] = {{"set", 1, "0: nobody sets the flag, and the wait never ends", 0, 1}};

u32 thread_count(const Env&) { return 2; }

void setup(Env& env) { env.state = allocate<State>(env); }

void thread(Env& env, u32 id) {
  auto& state = *static_cast<State*>(env.state);
  if (id == 0) {
    state.message = 42;
    if (env.params[0] != 0) state.flag.store(1, release);  // publishes message to the load below
    return;
  }
  while (state.flag.load(acquire) == 0) {
  }
  state.received = state.message;
}

void finish(Env& env) {
  const auto& state = *static_cast<State*>(env.state);
  require(state.received == 42, "litmus.message", "the message was not there behind its flag");
}

}  // namespace

extern const Scenario spin_wait_scenario;
const Scenario spin_wait_scenario = {.name = "spin-wait",
                                     .description = "a thread spins on a flag",
                                     .reaches = "",
                                     .params = params,
                                     .param_count = 1,
                                     .thread_count = thread_count,
                                     .setup = setup,
                                     .thread = thread,
                                     .finish = finish};

}  // namespace scenarios
