// Delta debugging over the blocks of a plan.
#include "traces/shrink.h"

#include <algorithm>

namespace traces {
namespace {

class Shrinker {
 public:
  Shrinker(Attempt best, const RunPlan& run, const std::function<void(const Attempt&)>& better)
      : best_(std::move(best)), run_(run), better_(better) {}

  Attempt shrink() {
    for (bool again = true; again && !over_;) {
      again = drop_answers();
      again = drop_blocks() || again;
      again = merge_blocks() || again;
    }
    return std::move(best_);
  }

 private:
  bool try_plan(const Plan& plan) {
    std::optional<Attempt> attempt = run_(plan);
    over_ = !attempt;
    if (over_ || !attempt->fails || attempt->cost >= best_.cost) return false;
    best_ = std::move(*attempt);
    better_(best_);
    return true;
  }

  bool drop_answers() {
    bool any = false;
    if (best_.plan.answers.size() > 1) {
      Plan plan = best_.plan;
      plan.answers.clear();
      any = try_plan(plan);
    }
    for (std::size_t i = 0; i < best_.plan.answers.size() && !over_;) {
      Plan plan = best_.plan;
      plan.answers.erase(plan.answers.begin() + static_cast<std::ptrdiff_t>(i));
      if (try_plan(plan)) {
        any = true;
      } else {
        i++;
      }
    }
    return any;
  }

  // From the end: what happens last is what the violation needs least often.
  bool drop_blocks() {
    bool any = false;
    for (std::size_t group = std::max<std::size_t>(best_.plan.blocks.size() / 2, 1);; group /= 2) {
      for (std::size_t end = best_.plan.blocks.size(); end > 0 && !over_;) {
        end = std::min(end, best_.plan.blocks.size());
        const std::size_t begin = end > group ? end - group : 0;
        Plan plan = best_.plan;
        plan.blocks.erase(plan.blocks.begin() + static_cast<std::ptrdiff_t>(begin),
                          plan.blocks.begin() + static_cast<std::ptrdiff_t>(end));
        any = try_plan(plan) || any;
        end = begin;
      }
      if (group == 1 || over_) return any;
    }
  }

  // Takes the steps of a thread's next block along.
  bool merge_blocks() {
    bool any = false;
    for (std::size_t i = 0; i < best_.plan.blocks.size() && !over_;) {
      Plan plan = best_.plan;
      Block& block = plan.blocks[i];
      std::size_t next = i + 1;
      while (next < plan.blocks.size() &&
             (plan.blocks[next].drain || plan.blocks[next].thread != block.thread)) {
        next++;
      }
      if (block.drain || next == plan.blocks.size()) {
        i++;
        continue;
      }
      block.end = plan.blocks[next].end;
      plan.blocks.erase(plan.blocks.begin() + static_cast<std::ptrdiff_t>(next));
      if (try_plan(plan)) {
        any = true;
      } else {
        i++;
      }
    }
    return any;
  }

  Attempt best_;
  const RunPlan& run_;
  const std::function<void(const Attempt&)>& better_;
  bool over_ = false;  // no more executions
};

}  // namespace

Attempt shrink(Attempt best, const RunPlan& run,
               const std::function<void(const Attempt&)>& better) {
  return Shrinker(std::move(best), run, better).shrink();
}

}  // namespace traces
