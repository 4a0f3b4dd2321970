// Explorer that enumerates executions by their number of preemptions, fewest first.
//
// Iterative context bounding (Musuvathi and Qadeer, "Iterative context bounding for systematic
// testing of multithreaded programs", PLDI 2007). A schedule choice that takes the processor from
// a thread that could go on costs one preemption; drains and the other kinds cost nothing. Round k
// enumerates, depth first, the executions with at most k preemptions. Those with fewer were
// enumerated in earlier rounds: they run again, since their tails lead to the new ones, but
// last_execution_was_new() is false for them. A round in which the bound excluded no option has
// seen everything.
//
// Snapshots and repeated questions: as in model/dfs.h.
#pragma once

#include "model/choice.h"
#include "model/divergence.h"

namespace model {

class PreemptionBound final : public Explorer {
 public:
  explicit PreemptionBound(const ExplorerOptions& options)
      : bound_max_(options.preemptions), executions_max_(options.executions_max) {}

  std::optional<std::size_t> next_execution() override;
  std::uint32_t choose(const ChoicePoint& point) override;
  bool supports_backtrack() const override { return true; }
  Coverage coverage() const override;
  std::vector<std::string> limits() const override;
  // Valid after the last choose() of an execution.
  bool last_execution_was_new() const override { return used_ == bound_; }

  void rewind() { cursor_ = 0; }
  const std::optional<Divergence>& divergence() const { return divergence_; }
  std::uint32_t bound() const { return bound_; }

 private:
  struct Node {
    Choice choice;
    std::int32_t current;       // as in ChoicePoint
    std::uint32_t drains_from;  // likewise; `options` when there are no drains
    std::uint32_t used;         // preemptions before this choice
  };

  static bool preempts(const Node& node, std::uint32_t option);
  // Moves to the first option >= `from` that the bound allows; false if there is none.
  bool advance(Node& node, std::uint32_t from);
  bool start_next_round();

  std::uint32_t bound_max_;
  std::uint64_t executions_max_;
  std::uint64_t executions_ = 0;  // new ones
  std::uint32_t bound_ = 0;       // of this round
  std::uint32_t used_ = 0;        // preemptions before the next question
  bool started_ = false;
  bool limit_hit_ = false;
  bool cut_ = false;  // the bound excluded an option in this round
  std::vector<Node> path_;
  std::size_t cursor_ = 0;  // depth of the next question
  std::optional<Divergence> divergence_;
};

}  // namespace model
