// What keeps the executions of a search from being all there are.
#pragma once

#include <cstdint>

namespace sim {

enum class Bound : std::uint8_t {
  spurious,  // wake-ups without a cause, and early time-outs
  refusals,  // of memory
  lassos,    // a state was too large to be compared
  window,    // a load could have returned a store that the memory model no longer compares
  patience,  // a thread has waited for long, where that is no fault
  count_
};

// Those that were hit.
class Bounds {
 public:
  void add(Bound bound) { set_ |= 1u << static_cast<std::uint32_t>(bound); }
  void add(Bounds others) { set_ |= others.set_; }
  bool has(Bound bound) const { return (set_ >> static_cast<std::uint32_t>(bound) & 1) != 0; }
  bool none() const { return set_ == 0; }

  // As one word, up to word_max.
  std::uint32_t word() const { return set_; }
  static constexpr std::uint32_t word_max = (1u << static_cast<std::uint32_t>(Bound::count_)) - 1;
  static Bounds of(std::uint32_t word) {
    Bounds bounds;
    bounds.set_ = word;
    return bounds;
  }

 private:
  std::uint32_t set_ = 0;
};

}  // namespace sim
