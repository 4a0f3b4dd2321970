// An execution once more, from its list of choices.
#pragma once

#include <vector>

#include "model/choice.h"

namespace sim {
struct Machine;
}

namespace cli {

// From the start, whatever the machine's explorer is, which it keeps; behind the end of the list
// the execution is abandoned.
void run_again(sim::Machine& machine, const std::vector<model::Choice>& choices);

}  // namespace cli
