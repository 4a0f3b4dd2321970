// Depth-first enumeration of the tree of choices.
#include "model/dfs.h"

#include <cassert>

#include "model/path_partition.h"

namespace model {
namespace {

constexpr std::size_t dfs_node_words = 3;

}  // namespace

std::optional<std::size_t> Dfs::next_execution() {
  if (executions_ == 0) {
    executions_ = 1;
    return 0;
  }
  if (!divergence_ && cursor_ < path_.size()) {
    divergence_ = Divergence{cursor_, path_[cursor_], std::nullopt};
  }
  if (divergence_) return std::nullopt;
  while (path_.size() > floor_ && path_.back().chosen + 1 == path_.back().options) {
    path_.pop_back();
  }
  cursor_ = path_.size();
  if (path_.size() == floor_) return std::nullopt;
  // Only now: a limit that equals the size of the tree was not hit.
  if (executions_ == executions_max_) {
    limit_hit_ = true;
    return std::nullopt;
  }
  ++executions_;
  ++path_.back().chosen;
  cursor_ = resumes_ ? 0 : path_.size() - 1;
  resumes_ = false;
  return path_.size() - 1;
}

bool Dfs::begin_part(std::span<const std::uint64_t> words) {
  PathPart part;
  if (!part.read(words, dfs_node_words)) return false;
  path_.clear();
  for (std::size_t at = 0; at < part.nodes.size(); at += dfs_node_words) {
    path_.push_back({static_cast<ChoiceKind>(part.nodes[at]),
                     static_cast<std::uint32_t>(part.nodes[at + 1]),
                     static_cast<std::uint32_t>(part.nodes[at + 2])});
  }
  floor_ = part.floor;
  cursor_ = path_.size();
  executions_ = path_.empty() ? 0 : 1;
  executions_max_ = 0;  // whoever commits the parts counts
  resumes_ = !path_.empty();
  return true;
}

Words Dfs::rest_of_part() {
  if (cursor_ < path_.size() || divergence_) return {PathRest::diverged | PathRest::over};
  if (path_.size() == floor_) return {PathRest::over};
  PathPart part{floor_, {}};
  for (const Choice& c : path_) {
    part.nodes.insert(part.nodes.end(), {static_cast<std::uint64_t>(c.kind), c.chosen, c.options});
  }
  Words words = part.words();
  words.insert(words.begin(), 0);
  return words;
}

std::unique_ptr<Partition> Dfs::partition(const ExplorerOptions&) {
  return std::make_unique<PathPartition>(dfs_node_words);
}

std::uint32_t Dfs::choose(const ChoicePoint& point) {
  assert(point.options >= 2);
  if (divergence_) return default_answer(point);
  if (cursor_ == path_.size()) {
    path_.push_back({point.kind, 0, point.options});
    ++cursor_;
    return 0;
  }
  divergence_ = compare(cursor_, path_[cursor_], point);
  if (divergence_) return default_answer(point);
  return path_[cursor_++].chosen;
}

Coverage Dfs::coverage() const {
  return limit_hit_ || divergence_ ? Coverage::inconclusive : Coverage::exhausted;
}

std::vector<std::string> Dfs::limits() const {
  if (!limit_hit_) return {};
  return {"executions_max=" + std::to_string(executions_max_)};
}

}  // namespace model
