// What the machine's own entry points do with pointers that instrumented code hands them.
#pragma once

#include <cstdint>

namespace sim {

struct KnownCall {
  enum Kind : std::uint8_t {
    unknown,
    announces,  // reads nothing through its arguments that the thread could find again
    accesses,   // reads or writes up to 8 bytes through its first argument
    swaps,      // the same, and reads `bytes` through its second argument
    copies,     // reads and writes through its arguments, but takes none from the stack
    never_returns,
  };
  Kind kind = unknown;
  std::uint32_t bytes = 0;
};

KnownCall known_call(std::uint64_t target);

}  // namespace sim
