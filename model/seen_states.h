// A set of keys of states, with a bound on its size.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "model/state_key.h"

namespace model {

class SeenStates {
 public:
  // Takes 32 to 64 bytes a state.
  explicit SeenStates(std::size_t states_max) : states_max_(states_max) {}

  // False if it was there. A set that is full takes nothing in, and says that it is new.
  bool add(StateKey key);
  std::size_t size() const { return size_; }
  bool is_full() const { return size_ == states_max_; }

 private:
  std::size_t place_of(StateKey key) const;
  void grow();

  std::size_t states_max_;
  std::size_t size_ = 0;
  // Open addressing, at most half full. A free place holds what no key is: it exceeds the prime.
  static constexpr StateKey free_{~std::uint64_t{0}, ~std::uint64_t{0}};
  std::vector<StateKey> places_ = std::vector<StateKey>(1024, free_);
};

}  // namespace model
