// Faults of the simulated program (bad addresses, fiber overflow) and its call stacks.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sim {

// A fault while a fiber runs ends the execution as a violation instead of the process.
void install_fault_handler();

// Return addresses of the running fiber, innermost first, beginning with `pc`. Needs frame
// pointers, which the instrumented code and the machine are compiled with.
std::vector<std::uint64_t> call_stack(std::uint64_t pc);

// Set by who maps a program of its own into the region: names its code addresses. Then only those
// are of interest in a call stack.
extern std::string (*symbolise_program)(std::uint64_t pc);

// "function (file:line)" for a code address; only the function when there is no debug data.
std::string symbolise(std::uint64_t pc);

}  // namespace sim
