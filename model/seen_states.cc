// Linear probing.
#include "model/seen_states.h"

#include <utility>

namespace model {

// Its own, or the free one where it belongs. The low word of a key is as good as random.
std::size_t SeenStates::place_of(StateKey key) const {
  const std::size_t mask = places_.size() - 1;
  std::size_t at = key.low & mask;
  while (places_[at] != free_ && places_[at] != key) at = (at + 1) & mask;
  return at;
}

void SeenStates::grow() {
  const auto old = std::exchange(places_, std::vector<StateKey>(2 * places_.size(), free_));
  for (const StateKey& key : old) {
    if (key != free_) places_[place_of(key)] = key;
  }
}

bool SeenStates::add(StateKey key) {
  const std::size_t at = place_of(key);
  if (places_[at] == key) return false;
  if (is_full()) return true;
  places_[at] = key;
  if (2 * ++size_ == places_.size() && !is_full()) grow();
  return true;
}

}  // namespace model
