// Sets of threads as bits: how many there are, which is the n-th, and how many are before one.
#pragma once

#include <bit>
#include <cstdint>

namespace model {

// The sets here are small and x86-64 without extensions has no instruction for it.
inline std::uint32_t count_bits(std::uint64_t mask) {
  std::uint32_t n = 0;
  for (; mask != 0; mask &= mask - 1) n++;
  return n;
}

inline std::uint32_t nth_set_bit(std::uint64_t mask, std::uint32_t n) {
  while (n-- > 0) mask &= mask - 1;
  return static_cast<std::uint32_t>(std::countr_zero(mask));
}

inline std::uint32_t position_of(std::uint64_t mask, std::uint32_t bit) {
  return count_bits(mask & ((std::uint64_t{1} << bit) - 1));
}

}  // namespace model
