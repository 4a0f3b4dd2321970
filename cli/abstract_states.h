// The abstract state of the collector, as a source of coverage: a table over the layout of the
// runtime.
#pragma once

#include <memory>
#include <vector>

#include "runtime_core/runtime.h"
#include "sim/coverage.h"

namespace cli {

// One line of the table: a small number, so that few states are told apart.
struct Dimension {
  const char* name;
  std::uint64_t (*value)(const runtime_core::Runtime& runtime);
};
const std::vector<Dimension>& abstract_state();

// The values of all lines, after each step that writes and each event. REQUIRES: `runtime` is that
// of the simulated program, and outlives the source.
std::unique_ptr<sim::CoverageSource> abstract_state_coverage(const runtime_core::Runtime& runtime);

}  // namespace cli
