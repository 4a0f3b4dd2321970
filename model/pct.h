// Explorer that finds bugs of a small depth with a probability that is known: PCT (Burckhardt,
// Kothari, Musuvathi and Nagarakatte, "A Randomized Scheduler with Probabilistic Guarantees of
// Finding Bugs", ASPLOS 2010).
//
// Each actor has a random priority, and the highest that can move does. At depth - 1 random places
// the one that would move falls below all others. With n actors and k choices, a bug that needs
// `depth` ordered steps is found with probability at least 1 / (n k^(depth-1)) in an execution.
// A store buffer is an actor of its own, as in model/step.h.
//
// k and n are those of the first execution, which is uniformly random. A longer one begins another
// k with places of its own, so that nobody who waits for others is on top for ever. Unless it is
// given, the depth is drawn for each execution, up to the one that `affordable` executions would
// find with this n and k.
#pragma once

#include <vector>

#include "model/sampler.h"

namespace model {

class Pct final : public Sampler {
 public:
  explicit Pct(const ExplorerOptions& options) : Sampler(options), depth_(options.depth) {}

  std::uint32_t choose(const ChoicePoint& point) override;
  // Valid once the first execution has ended.
  std::uint64_t length() const { return length_; }
  std::uint32_t actors() const { return actors_; }

 private:
  static constexpr std::uint64_t affordable = 1'000'000;
  static constexpr std::uint32_t depth_least = 3, depth_most = 8;  // of the estimate

  // At choice `at` the one that would move falls to `priority`.
  struct Place {
    std::uint64_t at, priority;
  };

  void begin(std::uint64_t index) override;
  Words learnt() const override;
  bool learn(std::span<const std::uint64_t> words) override;
  void measure();
  std::uint32_t depth_of_this();
  void draw_places();
  std::uint32_t highest(const ChoicePoint& point);
  std::uint64_t& priority_of(std::uint32_t actor);

  std::uint32_t depth_;       // given, or 0
  std::uint64_t length_ = 0;  // choices of schedules in the first execution
  std::uint32_t actors_ = 0;  // that moved in it
  bool measures_ = true;      // this is the first execution
  std::uint64_t asked_ = 0;
  std::uint64_t block_end_ = 0;
  std::vector<Place> places_;  // in this block, sorted; the next one last
  std::uint32_t depth_now_ = 0;
  std::uint64_t lowest_ = 0;  // of all priorities so far
  std::uint64_t priorities_[2 * first_buffer] = {};
  std::uint64_t known_[2] = {};  // actors with a priority
};

}  // namespace model
