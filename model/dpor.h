// Explorer that runs one execution of each class of equivalent ones: optimal dynamic partial-order
// reduction with sleep sets and wake-up trees (Abdulla, Aronsson, Jonsson, Sagonas, "Source Sets:
// A Foundation for Optimal Dynamic Partial Order Reduction", JACM 2017, section 7).
//
// Two executions are equivalent when they order all conflicting steps alike (model/step.h). When an
// execution has ended, each of its races is turned round: the sequence that runs the later step
// before the earlier one is inserted into the wake-up tree of the node before the earlier one,
// unless what that node has explored or will explore covers it.
//
// Each race is turned round once, when the later step is first executed: the sequence is made of
// the steps up to there, which are the same in all executions that share them.
//
// Only schedules are searched; other choices of the program are refused before the search starts.
#pragma once

#include "model/choice.h"
#include "model/happens_before.h"
#include "model/wakeup_tree.h"

namespace model {

class Dpor final : public Explorer {
 public:
  explicit Dpor(const ExplorerOptions& options)
      : executions_max_(options.executions_max), steps_max_(options.steps_max) {}

  std::optional<std::size_t> next_execution() override;
  std::uint32_t choose(const ChoicePoint& point) override;
  void on_step(const Step& step) override;
  bool supports_backtrack() const override { return true; }
  bool reduces() const override { return true; }
  Coverage coverage() const override;
  std::vector<std::string> limits() const override;
  bool last_execution_was_new() const override { return !redundant_; }

  // The happens-before order of the execution that has just ended.
  const HappensBefore& order() const { return order_; }
  // Wake-up sequences that could not be followed: none, unless the program is not deterministic.
  std::uint64_t broken_sequences() const { return broken_; }

 private:
  static constexpr std::uint32_t none = ~0u;
  // An actor whose next step leads only to what has been explored.
  struct Sleeper {
    std::uint32_t actor;
    Footprint footprint;
  };
  // A choice among several actors.
  struct Node {
    std::uint32_t step;    // the index of the step that was chosen
    std::uint32_t actor;   // whose it is
    std::uint32_t wanted;  // wake-up tree: branches still to explore
    std::uint32_t asleep;  // first of its sleepers; they lie on top of one another
  };

  std::uint32_t pick_awake(const ChoicePoint& point) const;
  bool is_asleep(std::uint32_t actor) const;
  void follow(std::uint32_t actor);
  void turn_races_round();
  void turn_round(std::uint32_t earlier, std::uint32_t later);
  void predict(std::uint32_t earlier, std::uint32_t later);
  bool backtrack();

  std::uint64_t executions_max_;
  std::uint64_t steps_max_;
  std::uint64_t executions_ = 0;
  bool started_ = false;
  bool limit_hit_ = false;
  bool steps_hit_ = false;
  bool redundant_ = false;
  bool resumes_ = false;  // the next question is the last node's
  std::uint64_t broken_ = 0;
  HappensBefore order_;
  WakeupTrees trees_;
  std::uint32_t guide_ = none;  // branches that the next step must follow
  std::vector<Node> nodes_;
  std::vector<std::uint32_t> node_of_;  // by step: its node, or none when nobody was asked
  std::vector<Sleeper> asleep_;         // of all nodes
  std::vector<Sleeper> now_;            // asleep before the next step
  std::uint32_t fresh_ = 0;             // steps from here on were not looked at for races
  std::vector<Wanted> sequence_;
  std::vector<Access> predicted_;
};

}  // namespace model
