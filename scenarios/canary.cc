// canary: must fail. An increment in two steps loses an update in some interleavings.
#include "scenarios/scenario.h"

namespace scenarios {
namespace {

using namespace runtime_core;

u32 thread_count(const Env&) { return 2; }

void setup(Env& env) { env.state = allocate<std::atomic<u64>>(env); }

void thread(Env& env, u32) {
  auto* total = static_cast<std::atomic<u64>*>(env.state);
  const u64 seen = total->load(seq_cst);
  total->store(seen + 1, seq_cst);
}

void finish(Env& env) {
  const u64 total = static_cast<std::atomic<u64>*>(env.state)->load(relaxed);
  require(total == 2, "counter.total", "an increment was lost");
}

u32 role(const Env&, u32) { return 0; }

}  // namespace

extern const Scenario canary_scenario;
const Scenario canary_scenario = {.name = "canary",
                                  .description = "must fail: a lost update",
                                  .reaches = "",
                                  .params = nullptr,
                                  .param_count = 0,
                                  .thread_count = thread_count,
                                  .setup = setup,
                                  .thread = thread,
                                  .finish = finish,
                                  .role = role};

}  // namespace scenarios
