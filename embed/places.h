// Names of code addresses of the program.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/source_line.h"

namespace embed {

// Host stack. `image` is what binutils' addr2line is given; it must stay.
void prepare_places(const std::vector<char>& image);
// "function (file:line)".
std::string place_of(std::uint64_t pc);
// As sim::source_lines().
std::vector<sim::SourceLine> source_lines_of(std::uint64_t pc);

}  // namespace embed
