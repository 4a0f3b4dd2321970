// One execution as text: what each thread did, and the cycle that no sequentially consistent
// execution has.
#pragma once

#include "scenarios/litmus/executions.h"

namespace scenarios::litmus {

// A column a thread; under them coherence orders, and the shortest cycle of program order,
// reads-from, coherence and from-read, if there is one.
std::string picture(const Test& test, const sim::axioms::Execution& x, const FinalState& final);

}  // namespace scenarios::litmus
