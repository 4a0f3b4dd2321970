// Explorer that walks at random, each batch of executions with habits of its own: swarm
// verification and swarm testing (Holzmann, Joshi and Groce, "Swarm Verification Techniques", IEEE
// TSE 2011; model/habits.h).
#pragma once

#include "model/habits.h"
#include "model/sampler.h"

namespace model {

class Swarm final : public Sampler {
 public:
  using Sampler::Sampler;
  static constexpr std::uint64_t batch = 32;  // executions

  std::uint32_t choose(const ChoicePoint& point) override {
    return habits_.choose(point, generator());
  }

  const Habits& habits() const { return habits_; }

 private:
  void begin(std::uint64_t index) override {
    Generator of_batch(~mix(seed(), index / batch));
    habits_ = Habits::draw(of_batch);
  }

  Habits habits_;
};

}  // namespace model
