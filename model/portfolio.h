// Explorer that divides the search among others, and learns which of them pays.
//
// Members take turns of a number of choices that grows from round to round. Every second turn goes
// to the next in order, so that none starves; the others go to the member that has lately seen
// most new features (model/coverage.h) for its choices. All of it is arithmetic on integers, and
// nothing depends on time: the same seed gives the same search.
//
// A member that enumerates goes on where it was: its first execution of a turn starts over, and
// repeats what it shares with its last one. When it has seen everything, the search is over and
// exhausted. One that ends at a bound leaves the rest to the others; so the coverage is exhausted
// or sampled.
#pragma once

#include <memory>
#include <vector>

#include "model/coverage.h"

namespace model {

class Portfolio final : public Explorer {
 public:
  explicit Portfolio(const ExplorerOptions& options);
  ~Portfolio() override;

  std::optional<std::size_t> next_execution() override;
  std::uint32_t choose(const ChoicePoint& point) override;
  void on_step(const Step& step) override { explorer().on_step(step); }
  void on_cut() override { explorer().on_cut(); }
  bool supports_backtrack() const override { return explorer().supports_backtrack(); }
  bool reduces() const override { return explorer().reduces(); }
  bool wants_steps() const override { return explorer().wants_steps(); }
  Features* features() override { return explorer().features(); }
  bool looks_ahead() const override { return true; }
  Coverage coverage() const override {
    return exhausted_ ? Coverage::exhausted : Coverage::sampled;
  }
  bool last_execution_was_new() const override { return explorer().last_execution_was_new(); }

  // The member whose execution it is, or was.
  const char* member() const;

 private:
  struct Member;

  const Explorer& explorer() const;
  Explorer& explorer();
  bool next_turn();
  std::size_t best() const;

  std::uint64_t executions_max_;
  std::uint64_t executions_ = 0;
  bool exhausted_ = false;
  std::vector<Member> members_;
  std::size_t current_ = 0;
  std::size_t latest_ = 0;    // whose the latest execution was
  std::size_t in_order_ = 0;  // whose the next turn in order is
  std::uint64_t turns_ = 0;
  std::uint64_t left_ = 0;   // choices of this turn
  std::uint64_t asked_ = 0;  // in the first execution
  FeatureSet seen_;
};

}  // namespace model
