// Reading and writing a value of 1, 2, 4 or 8 bytes at an address of the simulated memory.
#pragma once

#include <cstdint>
#include <cstring>

namespace sim {

inline std::uint64_t read_value(std::uint64_t address, std::uint32_t size) {
  switch (size) {
    case 1:
      return *reinterpret_cast<const std::uint8_t*>(address);
    case 2:
      return *reinterpret_cast<const std::uint16_t*>(address);
    case 4:
      return *reinterpret_cast<const std::uint32_t*>(address);
    default:
      return *reinterpret_cast<const std::uint64_t*>(address);
  }
}

inline void write_value(std::uint64_t address, std::uint32_t size, std::uint64_t value) {
  std::memcpy(reinterpret_cast<void*>(address), &value, size);
}

}  // namespace sim
