// counter: every thread adds one to one atomic counter.
#include "scenarios/scenario.h"

namespace scenarios {
namespace {

using namespace runtime_core;

constexpr Param params[] = {{"threads", 2, "threads, each adding one", 1, 60}};

u32 thread_count(const Env& env) { return static_cast<u32>(env.params[0]); }

void setup(Env& env) { env.state = allocate<std::atomic<u64>>(env); }

void thread(Env& env, u32) { static_cast<std::atomic<u64>*>(env.state)->fetch_add(1, seq_cst); }

void finish(Env& env) {
  const u64 total = static_cast<std::atomic<u64>*>(env.state)->load(relaxed);
  require(total == static_cast<u64>(env.params[0]), "counter.total", "an increment was lost");
}

u32 role(const Env&, u32) { return 0; }

}  // namespace

extern const Scenario counter_scenario;
const Scenario counter_scenario = {.name = "counter",
                                   .description = "each thread adds one to a shared counter",
                                   .reaches = "",
                                   .params = params,
                                   .param_count = 1,
                                   .thread_count = thread_count,
                                   .setup = setup,
                                   .thread = thread,
                                   .finish = finish,
                                   .role = role};

}  // namespace scenarios
