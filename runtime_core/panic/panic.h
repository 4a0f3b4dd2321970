// Panics: nothing recovers from them yet.
#pragma once

#include "runtime_core/sched/g.h"

namespace runtime_core {

// The panic of a runtime error.
[[noreturn]] void panicstring(Goroutine* gp, const char* message);

}  // namespace runtime_core
