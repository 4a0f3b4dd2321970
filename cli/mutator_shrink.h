// Smaller programs for the mutator-program scenario that still fail.
#pragma once

#include <functional>

#include "cli/mutator_input.h"

namespace cli {

// Leaves out ever smaller groups of operations, and with the operation that starts a goroutine the
// goroutine, then makes deep calls ordinary ones, and channels and semaphores as small as can be,
// as long as `fails`; until nothing more can go. Each program that `fails` is asked about is legal,
// and certain to end if the first one is (mutator_waits.h). After Zeller and Hildebrandt,
// "Simplifying and isolating failure-inducing input", TSE 2002.
MutatorProgram shrink_program(MutatorProgram program,
                              const std::function<bool(const MutatorProgram&)>& fails);

}  // namespace cli
