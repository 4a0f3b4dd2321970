// How large a search will be, from random executions before it begins.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/options.h"

namespace cli {

struct Estimate {
  std::uint64_t probes = 0;   // executions that it rests on
  double executions = 0;      // complete ones that the search will have
  double standard_error = 0;  // of `executions`
  std::vector<std::string> limits;
};

// Runs options.estimate random executions, on a machine of their own; what they violate is left to
// the search. Returns an error message, or nothing. REQUIRES: the simulated memory is not mapped.
std::string estimate(const Options& options, Estimate* result);

}  // namespace cli
