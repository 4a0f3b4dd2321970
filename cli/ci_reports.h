// Results in the formats that CI systems read.
#pragma once

#include <string>

#include "cli/search.h"

namespace cli {

// JUnit XML: one suite with one case.
std::string junit_of(const Options& options, const Outcome& outcome);
// SARIF 2.1.0: one run; a result for each violation, at the source lines of its accesses if known.
std::string sarif_of(const Options& options, const Outcome& outcome);

}  // namespace cli
