// The memory whose accesses are worth a change of threads, by the layout of the runtime.
#pragma once

#include <vector>

#include "model/choice.h"
#include "runtime_core/runtime.h"

namespace cli {

// Sorted and disjoint; none without a runtime. REQUIRES: the scenario's setup has ended. Spans that
// are made later lie in memory that is already set aside for them.
std::vector<model::AddressRange> interest_of(const runtime_core::Runtime* runtime);

}  // namespace cli
