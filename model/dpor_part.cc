// Parts of dpor: how its nodes are spelled, and what the partition does with them.
//
// step: the step, as a sleeper. known: the sleepers. left: how many choices were made before the
// node, and a flag; then the wake-up tree.
#include <algorithm>

#include "model/dpor.h"

namespace model {
namespace {

constexpr std::uint64_t has_all_flag = std::uint64_t{1} << 32;

std::vector<Sleeper> load_sleepers(WakeupTrees& trees, std::span<const std::uint64_t> words) {
  WordReader reader(words);
  std::vector<Sleeper> sleepers;
  while (reader.ok() && reader.remaining() > 0) sleepers.push_back(trees.load_sleeper(reader));
  return sleepers;
}

std::vector<Sleeper> load_sleepers(WakeupTrees& trees, std::span<const Words> steps) {
  std::vector<Sleeper> sleepers;
  for (const Words& step : steps) {
    WordReader reader(step);
    sleepers.push_back(trees.load_sleeper(reader));
  }
  return sleepers;
}

class DporRules final : public TreeRules {
 public:
  bool has_more(TreeNode& node) override {
    if (node.left.size() < 2 || node.left[1] == 0) return false;
    const auto sleepers = load_sleepers(trees_, node.known);
    std::uint32_t wanted = load_wanted(node);
    while (wanted != WakeupTrees::none && !trees_.prune_first(&wanted, sleepers)) continue;
    const bool has = wanted != WakeupTrees::none;
    save_wanted(wanted, node);
    return has;
  }
  bool may_start(const TreeNode& node, std::span<const Words> busy) override {
    const std::uint32_t wanted = load_wanted(node);
    const auto steps = load_sleepers(trees_, busy);
    const bool may = trees_.first_wakes(wanted, steps);
    trees_.release(wanted);
    return may;
  }
  void leave(TreeNode& node) override {
    node.known.insert(node.known.end(), node.step.begin(), node.step.end());
    node.step.clear();
  }
  void hear(TreeNode& node, std::span<const std::uint64_t>, const Words& message) override {
    auto sleepers = load_sleepers(trees_, node.known);
    // It will sleep, and what comes from below it is never covered by it.
    for (const Sleeper& s : load_sleepers(trees_, node.step)) sleepers.push_back(s);
    std::uint32_t wanted = load_wanted(node);
    auto sequence = trees_.load_sequence(message, accesses_);
    trees_.insert(&wanted, sleepers, sequence);
    save_wanted(wanted, node);
  }

 private:
  std::uint32_t load_wanted(const TreeNode& node) {
    WordReader reader(std::span(node.left).subspan(1));
    return trees_.load_list(reader);
  }
  void save_wanted(std::uint32_t wanted, TreeNode& node) {
    node.left.resize(1);
    trees_.save_list(wanted, node.left);
    trees_.release(wanted);
  }

  WakeupTrees trees_;
  std::vector<Access> accesses_;
};

}  // namespace

std::unique_ptr<Partition> Dpor::partition(const ExplorerOptions& options) {
  TreePartition::Bounds bounds{0, "steps_max=" + std::to_string(options.steps_max),
                               TreePartition::worthwhile};
  if (options.split_all) bounds.size_min = TreePartition::any_size;
  // Where steps ask for values, or in programs that it does not know well, one part is all.
  if (!options.reduce) bounds.size_min = TreePartition::never;
  return std::make_unique<TreePartition>(std::make_unique<DporRules>(), std::move(bounds));
}

bool Dpor::load_node(const TreeNode& from, bool is_own) {
  Node node{};
  node.wanted = none;
  node.asleep = static_cast<std::uint32_t>(asleep_.size());
  node.questions = 0 - from.size;
  const auto sleepers = load_sleepers(trees_, from.known);
  asleep_.insert(asleep_.end(), sleepers.begin(), sleepers.end());
  if (is_own) {
    WordReader reader(from.left);
    const std::uint64_t choices = reader.next();
    node.choices = static_cast<std::uint32_t>(choices);
    node.has_all = (choices & has_all_flag) != 0;
    node.wanted = trees_.load_list(reader);
    if (!reader.ok() || reader.remaining() != 0) return false;
  }
  for (const Sleeper& step : load_sleepers(trees_, from.step)) {
    node.actor = step.actor;
    node.values = step.values;
  }
  nodes_.push_back(node);
  return true;
}

bool Dpor::begin_part(std::span<const std::uint64_t> words) {
  TreePart part;
  if (!part.read(words)) return false;
  lose_path();
  trees_ = {};
  for_others_.clear();
  steps_hit_ = false;
  resumes_ = guided_ = false;
  now_.clear();
  broken_ = questions_ = choices_ = fresh_ = 0;
  executions_max_ = 0;  // whoever commits the parts counts
  executions_ = 1;
  floor_ = part.floor;
  for (const TreeNode& node : part.nodes) {
    if (!load_node(node, nodes_.size() >= floor_)) return false;
  }
  busy_ = load_sleepers(trees_, part.busy);
  to_repeat_ = nodes_.size();
  started_ = begins_ = !nodes_.empty();
  return nodes_.empty() || (nodes_.back().wanted != none && may_go_on(nodes_.back()));
}

TreeNode Dpor::spell(std::uint32_t index) const {
  const Node& node = nodes_[index];
  TreeNode to;
  to.size = questions_ - node.questions;
  for (const Sleeper& s : asleep_at(index)) trees_.save(s, to.known);
  to.left.push_back(node.choices | (node.has_all ? has_all_flag : 0));
  trees_.save_list(node.wanted, to.left);
  if (node.step < order_.size()) {
    const Footprint footprint(order_.accesses(node.step));
    trees_.save({node.actor, done_[node.step].values, footprint}, to.step);
  }
  return to;
}

// Once; whoever owns the node inserts it into the tree.
void Dpor::want_above(std::uint32_t node) {
  if (trees_.is_covered(asleep_at(node), sequence_)) return;
  if (!trees_.remember(&nodes_[node].wanted, sequence_)) return;
  for_others_.push_back({node, {}});
  trees_.save(sequence_, for_others_.back().text);
}

Words Dpor::rest_of_part() {
  trees_.release(guide_);
  guide_ = none;
  turn_races_round();
  TreeRest rest;
  rest.over = !go_back();
  rest.cut = steps_hit_;
  rest.diverged = broken_;
  for (auto i = static_cast<std::uint32_t>(floor_); i < nodes_.size(); i++) {
    rest.nodes.push_back(spell(i));
  }
  rest.messages = std::move(for_others_);
  return rest.words();
}

void Dpor::lose_path() {
  order_.truncate(0);
  done_.clear();
  answers_.clear();
  nodes_.clear();
  asleep_.clear();
  guide_ = none;
  to_repeat_ = 0;
  fresh_ = 0;
}

// A part's path leads to its next node. False: it is another one.
bool Dpor::repeat_node(const ChoicePoint& point, std::uint32_t actor) {
  Node& node = nodes_[nodes_.size() - to_repeat_];
  to_repeat_--;
  node.step = order_.size();
  node.choices = choices_;
  node.alone = point.kind != ChoiceKind::schedule;
  node.ready = node.alone ? 0 : point.ready;
  node.drains = point.drains;
  if (to_repeat_ == 0) {
    go_on_from(node, resumed_);
  } else {
    take({node.actor, node.values, none, none, false, false, {}});
  }
  if (node.actor == actor) return true;
  broken_++;
  lose_path();
  return false;
}

std::uint32_t Dpor::repeat_actor(const ChoicePoint& point) {
  const std::uint32_t actor = nodes_[nodes_.size() - to_repeat_].actor;
  const std::uint32_t option = option_of(point, actor);
  return repeat_node(point, option == no_option ? none : actor) ? option : abandon;
}

}  // namespace model
