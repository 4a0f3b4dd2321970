// Explorer that enumerates executions by their number of preemptions, fewest first.
//
// Iterative context bounding (Musuvathi and Qadeer, "Iterative context bounding for systematic
// testing of multithreaded programs", PLDI 2007). A schedule choice that takes the processor from
// a thread that could go on costs one preemption.
#pragma once

#include "model/bounded_search.h"

namespace model {

class PreemptionBound final : public BoundedSearch {
 public:
  explicit PreemptionBound(const ExplorerOptions& options)
      : BoundedSearch("preemptions", options.preemptions, options) {}
  static std::unique_ptr<Partition> partition(const ExplorerOptions& options) {
    return BoundedSearch::partition("preemptions", options.preemptions, options);
  }

 private:
  std::uint32_t cost(const ChoicePoint& point, std::uint32_t option) const override {
    return point.current >= 0 && option != static_cast<std::uint32_t>(point.current) ? 1 : 0;
  }
};

}  // namespace model
