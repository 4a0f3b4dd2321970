// What a search has seen: a set of features, each a number, for explorers that learn what pays.
//
// The features of a choice tell which steps were about to be taken together, and whose came first:
// a function of the choice point alone, so that it means the same in an execution that restores a
// snapshot. Addresses of stacks, which depend on the compiler, are left out.
#pragma once

#include <vector>

#include "model/choice.h"

namespace model {

class FeatureSet {
 public:
  // Whether it is new. Two features may be taken for one: the set is a table of bits.
  bool add(std::uint64_t feature) {
    feature *= 0x9e3779b97f4a7c15u;
    const std::uint64_t bit = std::uint64_t{1} << (feature >> 58);
    std::uint64_t& word = words_[feature >> 42 & (words - 1)];
    const bool is_new = (word & bit) == 0;
    word |= bit;
    return is_new;
  }

 private:
  static constexpr std::uint64_t words = std::uint64_t{1} << 16;
  std::vector<std::uint64_t> words_ = std::vector<std::uint64_t>(words);
};

// Of what an actor is about to do.
inline std::uint64_t feature_of(std::uint32_t actor, const NextStep& step) {
  const std::uint64_t address = step.on_stack ? 1 : step.address;
  std::uint64_t feature = (address << 8 | actor << 1 | (step.writes ? 1 : 0)) + 1;
  feature *= 0xbf58476d1ce4e5b9u;
  return feature ^ feature >> 29;
}

// Of a choice of the schedule. REQUIRES: point.next is there.
inline std::uint64_t feature_of(const ChoicePoint& point, std::uint32_t chosen) {
  std::uint64_t together = 0;
  for (std::uint32_t option = 0; option < point.options; option++) {
    const std::uint32_t actor = actor_of(point, option);
    const std::uint64_t feature = feature_of(actor, point.next[actor]);
    together += option == chosen ? feature * 3 : feature;
  }
  return together;
}

}  // namespace model
