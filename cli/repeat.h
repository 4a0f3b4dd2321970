// --twice: the same search again, compared execution by execution.
#pragma once

#include <string>

#include "cli/search.h"

namespace cli {

// Returns nothing when the second search is the same, else what differs first and why it may.
std::string repeat(const Options& options, const Outcome& first);

}  // namespace cli
