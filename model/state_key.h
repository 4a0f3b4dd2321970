// A key of a state: a polynomial hash modulo the prime 2^127 - 1 of the words that make the state
// (Karp and Rabin, IBM J. Res. Dev. 1987; Dietzfelbinger et al., ICALP 1992).
//
// Two different sequences of at most n words have the same key with probability at most n / 2^127
// over the choice of the base, which a seed draws. The bound holds for all states, however alike.
#pragma once

#include <compare>
#include <cstdint>

#include "model/generator.h"

namespace model {

struct StateKey {
  std::uint64_t low, high;
  bool operator==(const StateKey&) const = default;
};

class StateHash {
 public:
  explicit StateHash(std::uint64_t seed);

  void begin() { key_ = {1, 0}; }
  void add(std::uint64_t word);
  StateKey key() const { return key_; }

 private:
  StateKey base_;
  StateKey key_{1, 0};
};

}  // namespace model
