// A search in a process of its own: the simulated memory lives at one address.
#pragma once

#include "cli/search.h"

namespace cli {

// What a child process says about its search.
struct Row {
  std::uint64_t executions;
  std::uint64_t steps;
  double seconds;
  std::uint32_t coverage;
  std::uint32_t switches;  // of the failing execution; shrunk, if there is a trace of it
  std::uint64_t length;    // likewise, steps
  char invariant[64];
  char message[192];
  char limits[192];        // that were hit, with commas between
  bool independent_loads;  // of the violation; see Outcome
};

Row row_of(const Outcome& outcome);

// With options.trace, the failing execution goes to that file. False when the child failed; it has
// said why.
bool search_in_child(const Options& options, Row* row);

}  // namespace cli
