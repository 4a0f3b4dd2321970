// Runs a scenario on real threads, each time in a child process, since a broken invariant aborts.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "cli/options.h"

namespace cli::native {

struct Outcome {
  std::string error;                // not empty: the run could not start
  std::uint64_t executions = 0;     // that ran to their end
  std::vector<std::string> limits;  // that were hit
  double seconds = 0;
  std::string invariant;  // of the violation that ended the last run; empty: none
  std::string message;
  std::vector<std::pair<std::string, std::int64_t>> results;  // of the last run
};

// `options.runs` times, until one of them breaks an invariant; with a time limit none begins after
// that, and without a number there are as many as there is time for.
Outcome run(const Options& options, const scenarios::Scenario& scenario);

}  // namespace cli::native
