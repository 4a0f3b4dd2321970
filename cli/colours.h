// The colours of heap objects at a point of an execution, from its event stream.
#pragma once

#include <map>
#include <span>
#include <string>

#include "traces/trace.h"

namespace cli {

enum class Colour { white, grey, black, freed };
const char* name_of(Colour colour);

// By the stable names of their addresses, after the given events.
std::map<std::uint64_t, Colour> colours_after(std::span<const traces::EventRecord> events);

}  // namespace cli
