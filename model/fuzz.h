// Explorer that keeps the executions which showed something new, and changes them: coverage-guided
// fuzzing of schedules (Zalewski's AFL; for interleavings Wolff, Shi, Duck, Mathur and
// Roychoudhury, "Greybox Fuzzing for Concurrency Testing", ASPLOS 2024, from which the reads-from
// view of coverage is).
//
// Each feature (model/features.h) belongs to the shortest kept execution that shows it; who owns
// none is dropped, so that the corpus is a small cover of all that was seen. An execution to change
// is the owner of a feature that few executions have shown. The first executions are random, and so
// is one in eight of the others, which leans as one of swarm's does (model/habits.h). A decision
// that is not allowed falls to another that is.
//
// What is drawn depends on the seed and on the inputs that were given, and on nothing else; an
// execution depends on those before it.
#pragma once

#include <vector>

#include "model/choice.h"
#include "model/features.h"
#include "model/habits.h"
#include "model/mutation.h"

namespace model {

class Fuzz final : public Explorer {
 public:
  explicit Fuzz(const ExplorerOptions& options);

  std::optional<std::size_t> next_execution() override;
  std::uint32_t choose(const ChoicePoint& point) override;
  Features* features() override { return &features_; }
  Coverage coverage() const override { return Coverage::sampled; }
  std::vector<std::string> limits() const override;

  // Takes the execution that has just ended into account; next_execution() does so too.
  void settle();
  const Features& seen() const { return features_; }
  // The kept inputs, oldest place first. Valid until the next execution.
  std::vector<const Input*> corpus() const;

 private:
  static constexpr std::uint32_t nobody = ~0u;
  static constexpr std::uint64_t random_first = 64;  // executions
  static constexpr std::uint32_t fresh_one_in = 8;

  struct Kept {
    Input input;
    std::uint32_t owns = 0;  // features; 0: the place is free
  };

  void plan();
  const Input& rare();
  bool takes(std::uint32_t feature) const;
  void keep();
  std::uint32_t draw(const ChoicePoint& point);
  std::uint32_t beyond_plan(const ChoicePoint& point);

  std::uint64_t seed_;
  std::uint64_t executions_max_;
  std::uint64_t executions_ = 0;
  Generator generator_;
  std::vector<Input> given_;  // tried first, in this order
  Features features_;
  std::vector<std::uint32_t> owners_;  // of features: an index of kept_, or nobody
  std::vector<Kept> kept_;
  std::vector<std::uint32_t> free_;  // places of kept_
  bool running_ = false;             // the execution is not settled
  bool too_long_ = false;            // it is no input
  bool limit_hit_ = false;           // one was
  bool goes_on_ = false;             // beyond its plan: with who moves, mostly
  std::optional<Habits> habits_;     // what is drawn leans so
  Input plan_, made_;                // what the execution is to do, and does
  std::size_t next_move_ = 0, next_answer_ = 0;
};

}  // namespace model
