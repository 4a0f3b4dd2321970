// Walks through the blocks of a plan.
#include "traces/guide.h"

#include <algorithm>

#include "model/divergence.h"

namespace traces {
namespace {

constexpr std::uint8_t threads_max = 64;  // of a choice

bool contains(std::uint64_t set, std::uint8_t thread) {
  return thread < threads_max && (set >> thread & 1) != 0;
}

}  // namespace

Guide::Guide(StepSource& source, const Plan& plan) : source_(source), plan_(plan) {
  last_.resize(plan.blocks.size());
  for (const KeyedStep& step : plan.steps) {
    block_of_[step.key] = step.block;
    last_[step.block] = step.key;
  }
}

void Guide::absorb() {
  const bool by_key = !plan_.steps.empty();
  for (const std::size_t count = source_.step_count(); absorbed_ < count; absorbed_++) {
    const Step step = source_.step(absorbed_, by_key);
    if (step.drain) continue;
    const std::uint8_t thread = step.key.thread;
    running_ = thread;
    taken_[thread]++;
    if (!by_key) continue;
    const auto known = block_of_.find(step.key);
    if (known == block_of_.end()) continue;
    found_[step.key] = true;
    reached_[thread] = std::max(reached_[thread], known->second);
    if (last_[known->second] == step.key) {
      over_[thread] = std::max(over_[thread], known->second + 1);
    }
  }
}

bool Guide::is_over(std::size_t index) const {
  const Block& block = plan_.blocks[index];
  if (block.end == to_the_end) return false;
  if (plan_.steps.empty()) return taken_[block.thread] >= block.end;
  return over_[block.thread] > index || reached_[block.thread] > index;
}

std::uint32_t Guide::schedule(const model::ChoicePoint& point) {
  for (; at_ < plan_.blocks.size(); at_++) {
    const Block& block = plan_.blocks[at_];
    const bool drains = contains(point.drains, block.thread);
    if (block.drain) {
      if (!drains) continue;
      at_++;
      return point.drains_from + model::position_of(point.drains, block.thread);
    }
    if (is_over(at_)) continue;
    if (contains(point.ready, block.thread)) {
      return model::position_of(point.ready, block.thread);
    }
    // It may wait for its own stores.
    if (drains) return point.drains_from + model::position_of(point.drains, block.thread);
    if (block.end != to_the_end) passed_over_++;
  }
  return model::default_answer(point);
}

std::uint32_t Guide::answer(const model::ChoicePoint& point) {
  const std::uint32_t occurrence = asked_[{running_, point.kind}]++;
  for (const Answer& a : plan_.answers) {
    if (a.thread != running_ || a.kind != point.kind || a.occurrence != occurrence) continue;
    return a.chosen < point.options ? a.chosen : 0;
  }
  return 0;
}

std::uint32_t Guide::choose(const model::ChoicePoint& point) {
  absorb();
  return point.kind == model::ChoiceKind::schedule ? schedule(point) : answer(point);
}

Guide::Fit Guide::fit() {
  absorb();
  Fit fit;
  fit.blocks_passed_over = passed_over_;
  fit.steps = plan_.steps.size();
  for (const KeyedStep& step : plan_.steps) {
    if (found_.contains(step.key)) {
      fit.found++;
    } else if (!fit.first_missing) {
      fit.first_missing = step.key;
    }
  }
  return fit;
}

}  // namespace traces
