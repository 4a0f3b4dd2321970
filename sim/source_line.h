// Where a code address comes from: the functions that the compiler made one of there, with lines.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sim {

struct SourceLine {
  std::string function;  // without scopes and parameters
  std::string file;      // below the source root; of other programs: without its folder
  std::uint32_t line = 0;
  bool is_library = false;  // of the C++ standard library

  bool operator==(const SourceLine&) const = default;
};

// Of a return address, innermost first; empty: unknown. Compilers differ in what they inline, and
// not in this. Needs a deep stack: on a fiber, call it by on_deep_stack().
const std::vector<SourceLine>& source_lines(std::uint64_t pc);

// What a debugging format says, as fields of a SourceLine: demangled, and without what differs from
// place to place.
SourceLine make_source_line(const std::string& function, const std::string& path,
                            std::uint32_t line);

// Set by who maps a program of its own into the region: the lines of its code addresses.
extern std::vector<SourceLine> (*program_source_lines)(std::uint64_t pc);

// Calls job(argument) on a stack of the host, from any stack.
void on_deep_stack(void (*job)(void* argument), void* argument);

}  // namespace sim
