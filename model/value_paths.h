// The answers that steps got to choices other than schedules, as numbers.
//
// A path is the list of the answers of one step, in the order in which they were asked. Equal lists
// have equal numbers; the table only grows, by lists that were met.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace model {

class ValuePaths {
 public:
  static constexpr std::uint32_t empty = 0;
  // All the paths that begin so, or this one alone.
  struct Set {
    std::uint32_t path;
    bool whole;
  };

  ValuePaths() : nodes_(1) {}

  std::uint32_t extend(std::uint32_t path, std::uint32_t chosen, std::uint32_t options);
  std::uint32_t length(std::uint32_t path) const { return nodes_[path].length; }
  // The last answer of a path that has one.
  std::uint32_t chosen(std::uint32_t path) const { return nodes_[path].chosen; }
  std::uint32_t options(std::uint32_t path) const { return nodes_[path].options; }
  // The first answers of the path. REQUIRES: length <= length(path).
  std::uint32_t prefix(std::uint32_t path, std::uint32_t length) const {
    while (nodes_[path].length > length) path = nodes_[path].parent;
    return path;
  }
  bool begins(std::uint32_t prefix_path, std::uint32_t path) const {
    return length(prefix_path) <= length(path) && prefix(path, length(prefix_path)) == prefix_path;
  }
  // Whether the sets hold everything that a step can come to that begins with `path`. What can be
  // asked is known from the paths themselves: each answer carries the number of its options.
  bool covered(std::uint32_t path, std::span<const Set> by);

 private:
  static constexpr std::uint32_t none = ~0u;
  struct Node {
    std::uint32_t parent = none;
    std::uint32_t chosen = 0, options = 0;
    std::uint32_t length = 0;
    std::uint32_t first = none;  // of those that are longer by one answer
    std::uint32_t next = none;   // in the list that it is part of
  };
  std::vector<Node> nodes_;
};

}  // namespace model
