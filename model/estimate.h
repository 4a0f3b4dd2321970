// Estimates how many executions a search will have, from random ones, before it begins.
//
// A random walk ends in an execution x with a probability P(x) that is known, so the mean of 1/P(x)
// is the number of executions (Knuth, "Estimating the efficiency of backtrack programs", 1975).
// Where equivalent executions count as one, 1/(P(x) L(x)) takes its place: L(x) is the number of
// executions equivalent to x, which are the linear extensions of its happens-before order.
//
// Both means are unbiased. Where few executions have most of the weight, a small sample is likely
// to miss them, and then the estimate and its error are both too small.
#pragma once

#include <cstdint>

#include "model/choice.h"
#include "model/generator.h"
#include "model/happens_before.h"

namespace model {

// Number of orders in which the steps could have come; nothing when more than `ideals_max` sets of
// steps are closed under what must come before.
std::optional<double> linear_extensions(const HappensBefore& order, std::uint64_t ideals_max);

// Mean of a sample and its standard error (Welford's method).
class Mean {
 public:
  void add(double value);
  std::uint64_t count() const { return count_; }
  double value() const { return mean_; }
  double standard_error() const;

 private:
  std::uint64_t count_ = 0;
  double mean_ = 0;
  double squares_ = 0;  // of the distances from the mean, summed
};

// Random executions from the start, and what each stands for.
class Probes final : public Explorer {
 public:
  static constexpr std::uint64_t ideals_max = 1 << 18;

  // `classes`: equivalent executions count as one, and those that are as long as dpor cuts stand
  // for none.
  Probes(const ExplorerOptions& options, bool classes)
      : random_(options.seed), classes_(classes), steps_max_(options.steps_max) {}

  std::optional<std::size_t> next_execution() override;
  std::uint32_t choose(const ChoicePoint& point) override;
  void on_step(const Step& step) override { order_.push(step); }
  bool reduces() const override { return classes_; }
  Coverage coverage() const override { return Coverage::sampled; }

  // The execution that was run last has ended; one that is not `counted` stands for none.
  void end(bool counted);
  const Mean& executions() const { return mean_; }
  // An execution had too many equivalent ones to count them, and was left out; or was cut.
  std::vector<std::string> limits() const override;

 private:
  Generator random_;
  bool classes_;
  std::uint64_t steps_max_;
  HappensBefore order_;
  double inverse_ = 1;  // of the probability of the execution so far
  Mean mean_;
  bool left_out_ = false;
  bool cut_ = false;
};

}  // namespace model
