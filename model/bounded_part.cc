// Parts of bounded searches: how their nodes are spelled, and what the partition does with them.
//
// step: what was chosen, what that cost before, flags; then the step as a sleeper. left: the
// question, then the sleepers.
#include "model/bounded_search.h"
#include "model/tree_partition.h"

namespace model {
namespace {

enum StepWord { kind, chosen, options, rank, used, flags, step_words };
constexpr std::uint64_t raced_flag = 1, stays_flag = 2, always_flag = 4;

class BoundedRules final : public TreeRules {
 public:
  bool has_more(TreeNode& node) override {
    if (node.left.empty() || node.step.size() < step_words) return false;
    return node.step[flags] != 0 && node.step[rank] + 1 < node.step[options];
  }
  // The step raced with one below it.
  void hear(TreeNode& node, std::span<const std::uint64_t> step, const Words&) override {
    if (node.step[chosen] == step[chosen]) node.step[flags] |= raced_flag;
  }
};

}  // namespace

std::unique_ptr<Partition> BoundedSearch::partition(const char* name, std::uint32_t bound_max,
                                                    const ExplorerOptions& options) {
  TreePartition::Bounds bounds{
      bound_max, std::string(name) + "=" + std::to_string(bound_max),
      options.split_all ? TreePartition::any_size : TreePartition::worthwhile};
  return std::make_unique<TreePartition>(std::make_unique<BoundedRules>(), std::move(bounds));
}

bool BoundedSearch::load_node(const TreeNode& from, bool is_own) {
  Node node{};
  node.asleep = static_cast<std::uint32_t>(asleep_.size());
  node.questions = 0 - from.size;
  WordReader step(from.step);
  node.choice.kind =
      static_cast<ChoiceKind>(step.up_to(static_cast<std::uint64_t>(ChoiceKind::count_) - 1));
  node.choice.chosen = step.next32();
  node.choice.options = step.next32();
  node.rank = step.next32();
  node.used = step.next32();
  const std::uint64_t marks = step.next();
  node.raced = node.told = (marks & raced_flag) != 0;
  node.stays = (marks & stays_flag) != 0;
  node.footprint = trees_.load_sleeper(step).footprint;
  if (!step.ok() || step.remaining() != 0 || node.choice.chosen >= node.choice.options)
    return false;
  if (is_own) {
    WordReader left(from.left);
    node.point.kind = node.choice.kind;
    node.point.options = node.choice.options;
    node.point.current = static_cast<std::int32_t>(left.next32()) - 1;
    node.point.drains_from = left.next32();
    node.point.ready = left.next();
    node.point.drains = left.next();
    node.point.last = left.next32();
    while (left.ok() && left.remaining() > 0) asleep_.push_back(trees_.load_sleeper(left));
    if (!left.ok()) return false;
  }
  path_.push_back(node);
  return true;
}

TreeNode BoundedSearch::spell(std::size_t index) const {
  const Node& node = path_[index];
  TreeNode to;
  to.size = questions_ - node.questions;
  const bool is_forced = !is_open(node);
  to.step = {static_cast<std::uint64_t>(node.choice.kind),
             node.choice.chosen,
             node.choice.options,
             node.rank,
             node.used,
             (node.raced ? raced_flag : 0) | (node.stays ? stays_flag : 0) |
                 (is_forced ? 0 : always_flag)};
  trees_.save({0, ValuePaths::empty, footprint_of(node)}, to.step);
  to.left = {static_cast<std::uint64_t>(node.point.current + 1), node.point.drains_from,
             node.point.ready, node.point.drains, node.point.last};
  const std::size_t end = index + 1 < path_.size() ? path_[index + 1].asleep : asleep_.size();
  for (std::size_t i = node.asleep; i < end; i++) trees_.save(asleep_[i], to.left);
  return to;
}

bool BoundedSearch::begin_part(std::span<const std::uint64_t> words) {
  TreePart part;
  if (!part.read(words) || part.round > bound_max_) return false;
  path_.clear();
  asleep_.clear();
  now_.clear();
  order_.truncate(0);
  node_of_.clear();
  divergence_.reset();
  abandoned_ = cut_ = false;
  is_part_ = true;
  bound_ = static_cast<std::uint32_t>(part.round);
  executions_max_ = 0;  // whoever commits the parts counts
  questions_ = 0;
  cursor_ = used_ = 0;
  floor_ = part.floor;
  for (const TreeNode& node : part.nodes) {
    if (!load_node(node, path_.size() >= floor_)) return false;
  }
  started_ = begins_ = !path_.empty();
  return true;
}

Words BoundedSearch::rest_of_part() {
  note_end();
  TreeRest rest;
  rest.over = divergence_.has_value();
  rest.diverged = rest.over ? 1 : 0;
  const auto has_more = [&](const Node& node) {
    return is_open(node) && find(node, node.rank + 1) < node.point.options;
  };
  while (!rest.over && path_.size() > floor_ + 1 && !has_more(path_.back())) {
    asleep_.resize(path_.back().asleep);
    path_.pop_back();
  }
  rest.over = rest.over || path_.empty() || !has_more(path_.back());
  rest.cut = cut_;
  for (std::size_t i = floor_; i < path_.size() && !divergence_; i++) {
    rest.nodes.push_back(spell(i));
  }
  for (std::size_t i = 0; i < floor_ && i < path_.size(); i++) {
    if (path_[i].raced && !path_[i].told) rest.messages.push_back({i, {}});
  }
  return rest.words();
}

}  // namespace model
