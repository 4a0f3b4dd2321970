// Explorer that walks at random, each batch of executions with habits of its own: swarm
// verification and swarm testing (Holzmann, Joshi and Groce, "Swarm Verification Techniques", IEEE
// TSE 2011; Groce, Zhang, Eide, Chen and Regehr, "Swarm Testing", ISSTA 2012).
//
// A habit is drawn or left out by a coin: some threads are favoured; buffered stores drain eagerly
// or lazily; the running thread goes on, or is preempted; answers of one kind are nearly always the
// first or the last. What no single mixture reaches, such as memory that is refused while a buffer
// is full, some batch is full of.
#pragma once

#include "model/sampler.h"

namespace model {

class Swarm final : public Sampler {
 public:
  using Sampler::Sampler;
  static constexpr std::uint64_t batch = 32;  // executions

  std::uint32_t choose(const ChoicePoint& point) override;

  // Of one batch; the neutral ones.
  struct Habits {
    std::uint64_t favoured = 0;                                       // threads
    std::uint32_t thread = 4, drain = 4, favourite = 4, goes_on = 1;  // weights; a factor
    // By kind: one answer in so many is drawn, the rest are the first or the last. 1: all are.
    std::uint32_t drawn_of[static_cast<std::size_t>(ChoiceKind::count_)] = {1, 1, 1, 1, 1};
    bool last[static_cast<std::size_t>(ChoiceKind::count_)] = {};
    bool operator==(const Habits&) const = default;
  };
  static Habits draw(Generator& generator);
  const Habits& habits() const { return habits_; }

 private:
  void begin(std::uint64_t index) override;

  Habits habits_;
};

}  // namespace model
