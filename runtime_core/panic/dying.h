// How a program ends that has thrown or panicked (original: startpanic_m, dopanic_m; facts §20.6).
//
// Natively fail() comes here once it has said why. In the simulator an execution is over with its
// first violation, and scenarios call this themselves.
//
// Threads: any M, each for itself. Invariants: sched.frozen — who runs Go code when the world
//   freezes stops at its next safe point.
// Ordering: one M at a time says why the program ends, under paniclk. The last of those that are
//   dying (panicking) ends it; the others wait for that.
#pragma once

#include "runtime_core/base.h"

namespace runtime_core {

struct M;

// The world freezes. An M that comes here again, since its last words went wrong, ends the process:
// with 3, 4 and at last 5.
void startpanic_m(M* mp);
// The last words are said. Returns if nobody else has some left to say.
void dopanic_m(M* mp);
// Both. Then the caller ends the process.
void die(M* mp);

}  // namespace runtime_core
