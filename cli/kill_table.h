// `tricolor mutants --explorers LIST`: mutant × explorer, how many executions until it was found.
#pragma once

#include "cli/options.h"

namespace cli {

// Without options.executions_max, a search of the table ends after so many executions.
inline constexpr std::uint64_t table_executions = 2000;

// Each cell is the median over options.seeds seeds; an explorer that enumerates has one. Under
// options.memory_model. Returns the exit code: exit_violation when a mutant lives that should die.
int kill_table(const Options& options);

}  // namespace cli
