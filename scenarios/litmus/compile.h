// Turns a C11 test into what a compiler makes of it for a processor.
#pragma once

#include <string_view>

#include "scenarios/litmus/program.h"

namespace scenarios::litmus {

// The test with each atomic operation mapped by sim/axioms/mapping.h, under the name that it has;
// nothing if it is not C11 or `model` is no processor's. The compiler changes nothing else: it
// keeps the order of accesses and every dependency.
std::optional<Test> compiled_for(std::string_view model, const Test& test);

}  // namespace scenarios::litmus
