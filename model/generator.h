// The pseudorandom numbers of explorers: the same everywhere.
#pragma once

#include <cstdint>
#include <span>

namespace model {

// xoshiro256++ (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021),
// state filled by splitmix64.
class Generator {
 public:
  explicit Generator(std::uint64_t seed);

  std::uint64_t next() {
    const std::uint64_t result = rotate(state_[0] + state_[3], 23) + state_[0];
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = rotate(state_[3], 45);
    return result;
  }

  // Uniform in [0, n), n > 0. Multiply-shift; the few draws that would favour small numbers are
  // rejected (Lemire, "Fast random integer generation in an interval", 2019), so the division is
  // hardly ever executed.
  std::uint32_t below(std::uint32_t n) {
    std::uint64_t product = (next() >> 32) * n;
    if (static_cast<std::uint32_t>(product) < n) {
      const std::uint32_t threshold = (0u - n) % n;
      while (static_cast<std::uint32_t>(product) < threshold) product = (next() >> 32) * n;
    }
    return static_cast<std::uint32_t>(product >> 32);
  }

  // An index, with a probability in proportion to its weight. REQUIRES: some weight is not 0, and
  // their sum is below 2^32.
  std::uint32_t weighted(std::span<const std::uint32_t> weights) {
    std::uint32_t sum = 0;
    for (const std::uint32_t weight : weights) sum += weight;
    std::uint32_t drawn = below(sum);
    std::uint32_t index = 0;
    while (drawn >= weights[index]) drawn -= weights[index++];
    return index;
  }

 private:
  static std::uint64_t rotate(std::uint64_t value, int bits) {
    return (value << bits) | (value >> (64 - bits));
  }

  std::uint64_t state_[4];
};

// Seed of execution `index` of a campaign; a bijection of `seed` for each index.
std::uint64_t mix(std::uint64_t seed, std::uint64_t index);

}  // namespace model
