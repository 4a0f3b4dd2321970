// Whether a search may take identical threads for one another, and which they are.
#pragma once

#include <string>

#include "cli/options.h"
#include "model/symmetry.h"

namespace cli {

// Why not, with these options, or nothing.
std::string why_not_symmetric(const Options& options);

// Of the scenario's first `count` threads.
model::IdenticalThreads identical_threads(const scenarios::Scenario& scenario,
                                          const scenarios::Env& env, std::uint32_t count);

}  // namespace cli
