// Programs for mutator-program of which is certain, without running them, that they end: each
// operation that waits is answered, whatever the schedule.
#pragma once

#include "cli/mutator_input.h"

namespace cli {

// Leaves out operations until the program is certain to end, and panics nowhere; what is certain
// already stays as it is.
//
// It is enough that nobody competes: one goroutine receives from a channel; one sends to it, unless
// it has room for all that is ever sent; one acquires from a semaphore, or each who does gives the
// unit back before it waits for anything else. Then what another goroutine does can only help, so
// that if one schedule ends, all do; and one is played here. What may or may not happen counts
// against who waits: a try-receive takes a value, a try-send takes room and leaves no value.
MutatorProgram without_deadlock(const MutatorProgram& program);
inline bool is_certain_to_end(const MutatorProgram& program) {
  return without_deadlock(program) == program;
}

}  // namespace cli
