// Explorer that runs one execution of each class of equivalent ones: optimal dynamic partial-order
// reduction with sleep sets and wake-up trees (Abdulla, Aronsson, Jonsson, Sagonas, "Source Sets:
// A Foundation for Optimal Dynamic Partial Order Reduction", JACM 2017, section 7).
//
// Two executions are equivalent when they order all conflicting steps alike (model/step.h). When an
// execution has ended, each of its races is turned round: the sequence that runs the later step
// before the earlier one is inserted into the wake-up tree of the node before the earlier one,
// unless what that node has explored or will explore covers it.
//
// The sequence holds all steps of the execution that are not behind the earlier one, those after
// the later one as well: so a race is turned round again in each execution that goes on in another
// way. Without them it would count as covered by a step that commutes only with what comes before.
//
// A step may ask for values: kinds of choices that are no schedules. They belong to the step, and
// each answer is a branch of its own below the same schedule.
//
// A part of the search (model/tree_partition.h) repeats its path, and looks at none of those steps
// again. Sequences that are wanted at a node before its floor are messages.
#pragma once

#include "model/choice.h"
#include "model/happens_before.h"
#include "model/tree_partition.h"
#include "model/wakeup_tree.h"

namespace model {

class Dpor final : public Explorer {
 public:
  explicit Dpor(const ExplorerOptions& options)
      : executions_max_(options.executions_max), steps_max_(options.steps_max) {}

  std::optional<std::size_t> next_execution() override;
  std::uint32_t choose(const ChoicePoint& point) override;
  void on_step(const Step& step) override;
  void on_cut() override { cut_ = true; }
  bool supports_backtrack() const override { return true; }
  bool reduces() const override { return true; }
  Coverage coverage() const override;
  std::vector<std::string> limits() const override;
  bool last_execution_was_new() const override { return !redundant_; }
  bool begin_part(std::span<const std::uint64_t> words) override;
  Words rest_of_part() override;
  static std::unique_ptr<Partition> partition(const ExplorerOptions& options);

  // The happens-before order of the execution that has just ended.
  const HappensBefore& order() const { return order_; }
  // Wake-up sequences that could not be followed: none, unless the program is not deterministic.
  std::uint64_t broken_sequences() const { return broken_; }

 private:
  static constexpr std::uint32_t none = ~0u;
  // A choice among several actors, or the first within the step of the only one.
  struct Node {
    std::uint32_t step;           // the index of the step that was chosen
    std::uint32_t actor;          // whose it is
    std::uint32_t wanted;         // wake-up tree: branches still to explore; those told to others
    std::uint32_t asleep;         // first of its sleepers; they lie on top of one another
    std::uint32_t choices;        // made before it
    bool alone;                   // nobody else could move
    bool has_all;                 // everybody who can move is wanted
    std::uint64_t ready, drains;  // as in ChoicePoint
    std::uint64_t questions;      // asked in this part before it
    std::uint32_t values;         // of the step, when a part repeats it
  };
  // What is known of a step once it has been executed.
  struct Done {
    std::uint32_t node;     // or none when nobody was asked
    std::uint32_t values;   // its answers
    std::uint32_t answers;  // first of its answers in answers_
  };

  std::uint32_t choose_actor(const ChoicePoint& point);
  std::uint32_t choose_value(const ChoicePoint& point);
  std::uint32_t pick_awake(const ChoicePoint& point);
  std::uint32_t repeat_actor(const ChoicePoint& point);
  bool repeat_node(const ChoicePoint& point, std::uint32_t actor);
  void add_node(const ChoicePoint& point, std::uint32_t actor, std::uint32_t wanted);
  void take(const WakeupTrees::Branch& branch);
  void lose_guide();
  void follow(std::uint32_t actor);
  std::span<const Sleeper> asleep_at(std::uint32_t node) const;
  std::span<const StepAnswer> answers_of(std::uint32_t step) const;
  void want_other_answers(Node& node, const Step& step);
  void want_others(Node& node);
  void check_prediction(Node& node, const Step& step);
  void turn_races_round();
  bool adds_to_sequence(std::uint32_t earlier) const;
  void turn_round(std::uint32_t earlier, std::uint32_t later);
  Wanted turned(std::uint32_t earlier, std::uint32_t later);
  bool predict(std::uint32_t earlier, std::uint32_t later);
  WakeupTrees::Branch take_first(Node& node);
  void go_on_from(const Node& node, const WakeupTrees::Branch& branch);
  bool go_back();
  bool may_go_on(const Node& node) const;
  // Whether the running step is the choice of the last node that the path has come to.
  bool is_asked() const {
    const std::size_t reached = nodes_.size() - to_repeat_;
    return reached != 0 && nodes_[reached - 1].step == order_.size();
  }
  // model/dpor_part.cc
  void lose_path();
  void want_above(std::uint32_t node);
  bool load_node(const TreeNode& from, bool is_own);
  TreeNode spell(std::uint32_t node) const;

  std::uint64_t executions_max_;
  std::uint64_t steps_max_;
  std::uint64_t executions_ = 0;
  bool started_ = false;
  bool limit_hit_ = false;
  bool steps_hit_ = false;
  bool cut_ = false;  // others report it
  bool redundant_ = false;
  bool abandoned_ = false;
  bool resumes_ = false;  // the next question is the last node's
  std::uint64_t broken_ = 0;
  HappensBefore order_;
  WakeupTrees trees_;
  std::uint32_t guide_ = none;   // branches that the next step must follow
  WakeupTrees::Branch taken_{};  // that the running step follows, if it is guided
  bool guided_ = false;
  std::uint32_t values_ = ValuePaths::empty;  // that the running step got
  std::uint32_t choices_ = 0;                 // made in this execution
  std::vector<Node> nodes_;
  std::vector<Done> done_;           // by step
  std::vector<StepAnswer> answers_;  // of all steps
  std::vector<Sleeper> asleep_;      // of all nodes
  std::vector<Sleeper> now_;         // asleep before the next step
  std::uint32_t fresh_ = 0;          // steps from here on were not looked at for races
  std::vector<Wanted> sequence_;
  std::vector<Access> predicted_;
  // Of a part:
  std::size_t floor_ = 0;                // nodes before it belong to others
  std::size_t to_repeat_ = 0;            // nodes of the path that were not come to yet
  std::vector<Sleeper> busy_;            // at the first own node, steps that others explore below
  bool begins_ = false;                  // the next execution is its first
  WakeupTrees::Branch resumed_{};        // that its first execution takes at the last node
  std::uint64_t questions_ = 0;          // asked
  std::vector<TreeMessage> for_others_;  // sequences that are wanted above
};

}  // namespace model
