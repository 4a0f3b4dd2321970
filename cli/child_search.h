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
  char invariant[64];
  char message[192];
};

// With options.trace, the failing execution goes to that folder. False when the child failed; it
// has said why.
bool search_in_child(const Options& options, Row* row);

}  // namespace cli
