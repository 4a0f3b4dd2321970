// What the sampling explorers share: executions that are independent of one another.
//
// Execution i of seed s depends on (s, i) alone, or on (s, 0) as well, so any execution of a long
// campaign can be run again by itself, and workers can share a campaign without talking.
#pragma once

#include "model/choice.h"
#include "model/generator.h"
#include "model/partition.h"

namespace model {

class Sampler : public Explorer {
 public:
  explicit Sampler(const ExplorerOptions& options)
      : seed_(options.seed),
        executions_max_(options.executions_max == 0 ? 1 : options.executions_max),
        generator_(0) {}

  std::optional<std::size_t> next_execution() final {
    if (executions_ == executions_max_) return std::nullopt;
    generator_ = Generator(mix(seed_, executions_));
    begin(executions_++);
    return 0;
  }
  Coverage coverage() const final { return Coverage::sampled; }
  // A part, and its rest: the indices of the first execution and of the one behind the last, then
  // what execution 0 has taught.
  bool begin_part(std::span<const std::uint64_t> part) final;
  Words rest_of_part() final;
  static std::unique_ptr<Partition> partition(const ExplorerOptions& options);

 protected:
  // What all other executions need to know of execution 0.
  virtual Words learnt() const { return {}; }
  virtual bool learn(std::span<const std::uint64_t> words) { return words.empty(); }
  // Execution `index` starts, with a generator of its own.
  virtual void begin(std::uint64_t) {}
  std::uint64_t seed() const { return seed_; }
  Generator& generator() { return generator_; }

 private:
  std::uint64_t seed_;
  std::uint64_t executions_max_;
  std::uint64_t executions_ = 0;
  Generator generator_;
};

}  // namespace model
