// Depth-first enumeration of the tree of choices.
#include "model/dfs.h"

#include <cassert>

namespace model {

std::optional<std::size_t> Dfs::next_execution() {
  if (executions_ == 0) {
    executions_ = 1;
    return 0;
  }
  if (!divergence_ && cursor_ < path_.size()) {
    divergence_ = Divergence{cursor_, path_[cursor_], std::nullopt};
  }
  if (divergence_) return std::nullopt;
  while (!path_.empty() && path_.back().chosen + 1 == path_.back().options) path_.pop_back();
  cursor_ = path_.size();
  if (path_.empty()) return std::nullopt;
  // Only now: a limit that equals the size of the tree was not hit.
  if (executions_ == executions_max_) {
    limit_hit_ = true;
    return std::nullopt;
  }
  ++executions_;
  ++path_.back().chosen;
  cursor_ = path_.size() - 1;
  return cursor_;
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
