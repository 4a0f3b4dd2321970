// Explorer that samples partial orders rather than schedules: POS (Yuan, Yang and Gu, "Partial
// Order Aware Concurrency Sampling", CAV 2018).
//
// The next step of each actor has a random priority, and the highest moves. A step that has moved
// gives way to the actor's next one, with a new priority; so do the steps of others that race with
// it. Steps that race with nothing keep theirs, so one step among many is delayed behind all of
// them far more often than by a random walk.
//
// Between two questions only one actor can move; what it does then is not seen.
#pragma once

#include "model/sampler.h"

namespace model {

class Pos final : public Sampler {
 public:
  using Sampler::Sampler;
  std::uint32_t choose(const ChoicePoint& point) override;
  bool looks_ahead() const override { return true; }

 private:
  void begin(std::uint64_t) override { ready_ = drains_ = 0; }

  // At the previous question: who could have moved and kept what it was going to do.
  std::uint64_t ready_ = 0, drains_ = 0;
  NextStep moved_;
  std::uint64_t priorities_[2 * first_buffer] = {};
};

}  // namespace model
