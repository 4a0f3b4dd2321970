// Reads a litmus test in herd's format: header, initial values, programs, `locations`, `filter` and
// the condition. What is not understood is an error with its place, never skipped.
#pragma once

#include "scenarios/litmus/program.h"

namespace scenarios::litmus {

inline constexpr std::size_t input_bytes_max = 1 << 20;
inline constexpr std::uint32_t threads_max = 16;
inline constexpr std::uint32_t instructions_max = 256;  // a thread

struct ParseResult {
  std::optional<Test> test;
  Error error;  // if there is no test
};

ParseResult parse_test(std::string_view input);

}  // namespace scenarios::litmus
