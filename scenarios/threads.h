// Starts the runtime of a scenario, with a thread for each of its Ms.
#pragma once

#include "runtime_core/runtime.h"
#include "scenarios/scenario.h"

namespace scenarios {

// Thread 0 becomes ms[0], with P 0 of `procs` (0: of `count`); the others are started by newosproc
// and run the scenario's thread function once the setup is over. REQUIRES: in the setup, once.
void start_threads(Env& env, runtime_core::Runtime* rt, runtime_core::M* ms, u32 count,
                   u32 procs = 0);

// What such a thread runs: the scenario's thread function, by the number of its M.
void run_thread(runtime_core::M* mp);

}  // namespace scenarios
