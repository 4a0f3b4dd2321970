// For libFuzzer targets of files that end with a checksum: it stops nearly every mutation, so it is
// repaired and the parser is reached.
#pragma once

#include <cstdint>

#include "traces/trace.h"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max);
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max, unsigned) {
  size = LLVMFuzzerMutate(data, size, max);
  if (size < traces::checksum_bytes) return size;
  const std::size_t end = size - traces::checksum_bytes;
  traces::checksum_of({reinterpret_cast<const char*>(data), end})
      .copy(reinterpret_cast<char*>(data + end), traces::checksum_bytes);
  return size;
}
