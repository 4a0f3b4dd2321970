// Parts of depth-first searches: each is the path of the execution that was run last, and a floor.
//
// An explorer goes on from the path and changes no node before the floor. While fewer parts than
// may be out are left, the one that came back last is split at its shallowest node that has options
// left: that node becomes a part of its own, which ends there, and what is deeper stays together.
#pragma once

#include <cstdint>
#include <deque>

#include "model/partition.h"
#include "model/words.h"

namespace model {

// A part: its floor, then `node_words` words a node, of which the first three are kind, chosen and
// options of the choice. No nodes: the whole search.
struct PathPart {
  std::uint64_t floor = 0;
  Words nodes;

  Words words() const;
  // False when `words` are no part whose nodes have `node_words` words each.
  bool read(std::span<const std::uint64_t> words, std::size_t node_words);
};

// What comes back: these flags, then the part, unless it is over.
struct PathRest {
  static constexpr std::uint64_t diverged = 1;  // the program is not deterministic
  static constexpr std::uint64_t over = 2;
};

class PathPartition final : public Partition {
 public:
  explicit PathPartition(std::size_t node_words) : node_words_(node_words) {}

  std::optional<Words> take() override;
  void commit(const Words& rest) override;
  std::optional<double> share_of(std::span<const std::uint64_t> part) const override;
  std::optional<double> share_waiting() const override;
  Coverage coverage() const override;
  Words save() const override;
  bool restore(const Words& words, std::size_t out) override;

 private:
  bool has_options(const PathPart& part, std::size_t node) const;
  double share_of(const PathPart& part) const;
  // Splits the last part that waits; false if it cannot be split.
  bool split();

  std::size_t node_words_;
  bool diverged_ = false;
  std::size_t out_ = 0;
  std::deque<PathPart> waiting_{PathPart{}};
};

}  // namespace model
