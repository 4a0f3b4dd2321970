// Lookup of paths, and what sets of them cover.
#include "model/value_paths.h"

namespace model {

std::uint32_t ValuePaths::extend(std::uint32_t path, std::uint32_t chosen, std::uint32_t options) {
  for (std::uint32_t at = nodes_[path].first; at != none; at = nodes_[at].next) {
    if (nodes_[at].chosen == chosen && nodes_[at].options == options) return at;
  }
  const auto added = static_cast<std::uint32_t>(nodes_.size());
  nodes_.push_back({path, chosen, options, nodes_[path].length + 1, none, nodes_[path].first});
  nodes_[path].first = added;
  return added;
}

bool ValuePaths::covered(std::uint32_t path, std::span<const Set> by) {
  const Set* longer = nullptr;
  for (const Set& set : by) {
    if (set.path == path || (set.whole && begins(set.path, path))) return true;
    if (begins(path, set.path)) longer = &set;
  }
  if (longer == nullptr) return false;
  const std::uint32_t asked = options(prefix(longer->path, length(path) + 1));
  for (std::uint32_t option = 0; option < asked; option++) {
    if (!covered(extend(path, option, asked), by)) return false;
  }
  return true;
}

}  // namespace model
