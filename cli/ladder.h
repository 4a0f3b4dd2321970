// `tricolor mutants --ladder`: which of the original's fixes turns which search green.
#pragma once

#include "cli/options.h"

namespace cli {

// Two tables: the code as committed with the fixes up to each rung, and with each fix alone. A cell
// is what the search reports and how long the failing execution is, or how many executions were
// silent. With options.trace, failing executions are shrunk and go to that folder. Under
// options.memory_model. Returns the exit code: exit_violation if the topmost rung is not green.
int ladder(const Options& options);

}  // namespace cli
