// Depth-first search of the executions whose schedules cost little, cheapest first.
//
// A strategy says what an option of a schedule choice costs. Drains and the other kinds of choices
// cost nothing. Round k enumerates, depth first, the executions that cost at most k. Those that
// cost less were enumerated in earlier rounds: they run again, since their tails lead to the new
// ones, but last_execution_was_new() is false for them. A round in which the bound excluded no
// option has seen everything.
//
// With `reduce`, an option that costs nothing and may come first in any order without making it
// dearer is explored first, and the others only if its step raced with a later one; then it sleeps
// in their executions until a step conflicts with it. docs/reduction.md says why each execution
// still has an equivalent one that costs no more.
//
// Snapshots and repeated questions: as in model/dfs.h; a reducing search does not rewind.
//
// A part of the search (model/tree_partition.h) repeats its path. That the step of a node before
// its floor raced is a message.
#pragma once

#include "model/choice.h"
#include "model/divergence.h"
#include "model/happens_before.h"
#include "model/tree_partition.h"
#include "model/wakeup_tree.h"

namespace model {

class BoundedSearch : public Explorer {
 public:
  std::optional<std::size_t> next_execution() override;
  std::uint32_t choose(const ChoicePoint& point) override;
  void on_step(const Step& step) override;
  bool supports_backtrack() const override { return true; }
  bool wants_steps() const override { return reduce_; }
  Coverage coverage() const override;
  std::vector<std::string> limits() const override;
  // Valid after the last choose() of an execution.
  bool last_execution_was_new() const override { return !abandoned_ && used_ == bound_; }
  bool begin_part(std::span<const std::uint64_t> words) override;
  Words rest_of_part() override;

  void rewind() { cursor_ = 0; }
  const std::optional<Divergence>& divergence() const { return divergence_; }
  std::uint32_t bound() const { return bound_; }

 protected:
  // `name`: of the bound, for limits().
  BoundedSearch(const char* name, std::uint32_t bound_max, const ExplorerOptions& options)
      : name_(name),
        bound_max_(bound_max),
        executions_max_(options.executions_max),
        reduce_(options.reduce) {}

  // Of a schedule choice. REQUIRES: some option costs nothing.
  virtual std::uint32_t cost(const ChoicePoint& point, std::uint32_t option) const = 0;
  // Whether what others do can cost more once this step has been taken before it.
  virtual bool makes_others_dearer(const Step&) const { return false; }
  static std::unique_ptr<Partition> partition(const char* name, std::uint32_t bound_max,
                                              const ExplorerOptions& options);

 private:
  static constexpr std::uint32_t none = ~0u;
  struct Node {
    ChoicePoint point;
    Choice choice;
    std::uint32_t used;    // before this choice
    std::uint32_t rank;    // of the chosen option, in the order in which they are explored
    std::uint32_t step;    // index of the step that was chosen
    std::uint32_t asleep;  // first of its sleepers; they lie on top of one another
    bool raced;            // that step, with a later one
    bool stays;            // it may not come earlier than it does
    // Of a part:
    bool told = false;            // its owner knows that it raced
    std::uint64_t questions = 0;  // asked before it
    Footprint footprint{};        // of that step, until it is repeated
  };

  std::uint32_t cost_of(const Node& node, std::uint32_t option) const;
  bool is_asleep(const Node& node, std::uint32_t option) const;
  // The first option from `rank` on that is awake and within the bound; point.options: none.
  std::uint32_t find(const Node& node, std::uint32_t rank);
  // Moves there; false if there is none.
  bool advance(Node& node, std::uint32_t rank);
  // Whether the options that were not explored yet have to be.
  bool is_open(const Node& node) const;
  Footprint footprint_of(const Node& node) const;
  // Leaves what was chosen; false if nothing else has to be.
  bool turn(Node& node);
  // To the next execution; false if there is none.
  bool go_back();
  bool start_next_round();
  void note_end();
  // model/bounded_part.cc
  bool load_node(const TreeNode& from, bool is_own);
  TreeNode spell(std::size_t index) const;

  const char* name_;
  std::uint32_t bound_max_;
  std::uint64_t executions_max_;
  bool reduce_;
  std::uint64_t executions_ = 0;  // new ones
  std::uint32_t bound_ = 0;       // of this round
  std::uint32_t used_ = 0;        // cost before the next question
  bool started_ = false;
  bool limit_hit_ = false;
  bool abandoned_ = false;  // all that was left is asleep or beyond the bound
  bool cut_ = false;        // the bound excluded an option in this round
  std::vector<Node> path_;
  std::size_t cursor_ = 0;  // depth of the next question
  std::optional<Divergence> divergence_;
  // With `reduce`:
  HappensBefore order_;
  std::vector<std::uint32_t> node_of_;  // by step: its node, or none when nobody was asked
  std::vector<Sleeper> asleep_;         // of all nodes
  std::vector<Sleeper> now_;            // asleep before the next step
  // Of a part:
  WakeupTrees trees_;            // spells sleepers
  std::size_t floor_ = 0;        // nodes before it belong to others
  std::uint64_t questions_ = 0;  // asked
  bool is_part_ = false;
  bool begins_ = false;  // the next execution is its first, and repeats the path
};

}  // namespace model
