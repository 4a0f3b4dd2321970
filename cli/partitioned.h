// A search in parts, here or in workers, with its checkpoints and progress.
#pragma once

#include <string>

#include "cli/search.h"
#include "cli/session.h"
#include "cli/totals.h"

namespace cli {

// REQUIRES: session.partition. Fills in coverage, limits, seconds and how the search was ended; the
// machine then shows the last execution, unless a worker died of it. Returns an error message, or
// nothing.
std::string search_in_parts(Session& session, const Options& options, Totals& totals,
                            Outcome& outcome);

}  // namespace cli
