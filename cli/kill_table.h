// `tricolor mutants --explorers LIST`: mutant × explorer, how many executions until it was found.
#pragma once

#include "cli/options.h"

namespace cli {

// A search of the table ends after so many executions, or with the one in which it has done so many
// steps, whichever is first, unless options.executions_max or options.step_limit says otherwise. A
// step costs an explorer that reduces several times as much.
inline constexpr std::uint64_t table_executions = 2000;
inline constexpr std::uint64_t table_steps = 10'000'000, table_steps_reduced = 2'000'000;

// Each cell is the median over options.seeds seeds; an explorer that enumerates has one. Under
// options.memory_model. Returns the exit code: exit_violation when a mutant lives that should die.
int kill_table(const Options& options);

}  // namespace cli
