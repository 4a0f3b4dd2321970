// The fewest context switches that still show a violation: blocks of a plan are removed and merged,
// in ever smaller groups, and what still fails is kept.
//
// Removing a block hands its steps to the thread's next one; merging takes those of the next one
// along. After Zeller and Hildebrandt, "Simplifying and isolating failure-inducing input", TSE
// 2002, and Jalbert and Sen, "A trace simplification technique for effective debugging of
// concurrent programs", FSE 2010.
#pragma once

#include <functional>
#include <optional>

#include "traces/plan.h"

namespace traces {

// What makes one failing execution better than another, the most important first.
struct Cost {
  std::uint32_t switches = 0;
  std::uint32_t answers = 0;  // other than 0
  std::uint32_t drains = 0;
  std::uint64_t steps = 0;
  auto operator<=>(const Cost&) const = default;
};

struct Attempt {
  bool fails = false;  // in the way that is looked for
  Cost cost;
  Plan plan;  // what the execution really did
};

// Runs a plan; nothing when there may be no more executions.
using RunPlan = std::function<std::optional<Attempt>(const Plan&)>;
// `best` fails; `better` is told of each better one.
Attempt shrink(Attempt best, const RunPlan& run, const std::function<void(const Attempt&)>& better);

}  // namespace traces
