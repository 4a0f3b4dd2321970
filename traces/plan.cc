// From the steps of an execution to blocks.
#include "traces/plan.h"

#include <algorithm>
#include <array>

namespace traces {

std::uint32_t Occurrences::next(StepKey key) {
  key.occurrence = 0;
  const auto at =
      std::lower_bound(seen_.begin(), seen_.end(), key, [](const StepKey& a, const StepKey& b) {
        return std::tie(a.thread, a.operation, a.object) <
               std::tie(b.thread, b.operation, b.object);
      });
  if (at != seen_.end() && at->thread == key.thread && at->operation == key.operation &&
      at->object == key.object) {
    return at->occurrence++;
  }
  key.occurrence = 1;
  seen_.insert(at, key);
  return 0;
}

Plan plan_of(std::span<const Step> steps, std::vector<Answer> answers, bool by_key) {
  Plan plan;
  plan.answers = std::move(answers);
  std::array<std::uint32_t, 256> taken{};
  for (const Step& step : steps) {
    const std::uint8_t thread = step.key.thread;
    if (step.drain) {
      plan.blocks.push_back({thread, true, 0});
      continue;
    }
    taken[thread]++;
    if (plan.blocks.empty() || plan.blocks.back().drain || plan.blocks.back().thread != thread) {
      plan.blocks.push_back({thread, false, 0});
    }
    plan.blocks.back().end = taken[thread];
    if (by_key) {
      plan.steps.push_back({step.key, static_cast<std::uint32_t>(plan.blocks.size() - 1)});
    }
  }
  // What was violated may have stopped the last step before it was recorded.
  if (!plan.blocks.empty() && !plan.blocks.back().drain) plan.blocks.back().end = to_the_end;
  return plan;
}

}  // namespace traces
