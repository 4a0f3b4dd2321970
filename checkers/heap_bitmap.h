// The heap bitmap read by its layout alone (facts 9.1), independently of the collector's code.
#pragma once

#include <cstdint>

#include "runtime_core/base.h"

namespace checkers {

struct Nibble {
  bool boundary, marked;
  std::uint32_t type;  // runtime_core::bits_dead ...
};

inline Nibble nibble_of(std::uint64_t arena_start, std::uint64_t address) {
  const std::uint64_t word = (address - arena_start) / runtime_core::ptr_size;
  const auto byte = *reinterpret_cast<const std::uint8_t*>(
      arena_start - word / runtime_core::words_per_bitmap_byte - 1);
  const std::uint32_t bits =
      byte >> word % runtime_core::words_per_bitmap_byte * runtime_core::gc_bits;
  return {(bits & runtime_core::bit_boundary) != 0, (bits & runtime_core::bit_marked) != 0,
          (bits & runtime_core::bit_ptr_mask) >> 2};
}

}  // namespace checkers
