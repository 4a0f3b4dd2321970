// time-leak: must diverge. An event carries the processor's time stamp, so no two runs are equal;
// it shows that --twice sees it.
#include "scenarios/scenario.h"

namespace scenarios {
namespace {

u32 thread_count(const Env&) { return 1; }

using runtime_core::event, runtime_core::Event;

void setup(Env& env) { env.state = allocate<std::atomic<u64>>(env); }

void thread(Env& env, u32) {
  static_cast<std::atomic<u64>*>(env.state)->store(1, runtime_core::seq_cst);
  event(Event::user, 1, 2, 3);
  // Below the simulated memory, so that it is taken for a number.
  event(Event::user, __builtin_ia32_rdtsc() & 0xffffffffff);
}

void finish(Env&) {}

}  // namespace

extern const Scenario time_leak_scenario;
const Scenario time_leak_scenario = {"time-leak", "must diverge: an event carries the time",
                                     "user",      nullptr,
                                     0,           thread_count,
                                     setup,       thread,
                                     finish};

}  // namespace scenarios
