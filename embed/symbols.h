// What a name means that the program under test uses and does not define.
#pragma once

#include <cstdint>

namespace embed {

// In this order: what embed/ simulates (tricolor_sim_NAME), the calls that the compiler inserts,
// functions of the system's libraries that neither block nor do input and output, and else a stub
// that ends the execution and names the function. A weak name that nobody knows is 0.
std::uint64_t find_symbol(const char* name, bool weak);

}  // namespace embed

// Defines what the program gets for NAME.
#define SIMULATED(result, name, ...) \
  extern "C" [[gnu::visibility("default")]] result tricolor_sim_##name(__VA_ARGS__)
