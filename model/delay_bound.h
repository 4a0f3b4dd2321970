// Explorer that enumerates executions by how often they leave a fixed scheduler, fewest first.
//
// Delay bounding (Emmi, Qadeer, Rakamaric, "Delay-bounded scheduling", POPL 2011). The scheduler
// lets a thread run until it cannot go on, and then the next one in the order of their numbers,
// which is cyclic. Passing over a thread whose turn it is costs one delay. So a bound leaves fewer
// executions than the same bound on preemptions, the fewer the more threads there are.
#pragma once

#include <bit>

#include "model/bounded_search.h"

namespace model {

class DelayBound final : public BoundedSearch {
 public:
  explicit DelayBound(const ExplorerOptions& options)
      : BoundedSearch("delays", options.delays, options) {}
  static std::unique_ptr<Partition> partition(const ExplorerOptions& options) {
    return BoundedSearch::partition("delays", options.delays, options);
  }

 private:
  std::uint32_t cost(const ChoicePoint& point, std::uint32_t option) const override {
    std::uint64_t movers = point.ready;
    std::uint32_t first = (point.last + 1) % first_buffer;
    if (point.current >= 0) {
      const auto current = static_cast<std::uint32_t>(point.current);
      if (option == current) return 0;
      // It may wait for its own stores, and is then not among the ready ones.
      first = actor_of(point, current) % first_buffer;
      movers |= std::uint64_t{1} << first;
    }
    const std::uint32_t ahead = (actor_of(point, option) - first) % first_buffer;
    const std::uint64_t in_turn = std::rotr(movers, static_cast<int>(first));
    return count_bits(in_turn & ((std::uint64_t{1} << ahead) - 1));
  }
  // There are more threads to pass over.
  bool makes_others_dearer(const Step& step) const override { return step.enables; }
};

}  // namespace model
