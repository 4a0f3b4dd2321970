// Explorer that walks at random, but changes threads where it matters.
//
// A uniform walk spends its switches on steps that nobody else cares about. This one goes on with
// the running thread while its next access is to memory of no interest, and prefers the accesses
// that are (ExplorerOptions::interest; the explorer does not know what lies there). How strongly is
// drawn for each execution, from not at all.
#pragma once

#include "model/sampler.h"

namespace model {

class WeightedWalk final : public Sampler {
 public:
  explicit WeightedWalk(const ExplorerOptions& options)
      : Sampler(options), interest_(options.interest) {}

  std::uint32_t choose(const ChoicePoint& point) override;
  bool looks_ahead() const override { return true; }

 private:
  void begin(std::uint64_t index) override;
  bool is_interesting(const NextStep& step) const;

  const std::vector<AddressRange>* interest_;
  std::uint32_t stays_ = 1;    // weight of going on where nothing of interest comes next
  std::uint32_t prefers_ = 1;  // weight of an access of interest
};

}  // namespace model
