// A trace file that a command was given, checked, with the options that it was recorded under.
#pragma once

#include <optional>

#include "cli/options.h"
#include "traces/trace.h"

namespace cli {

struct TraceInput {
  traces::Trace trace;
  Options options;       // of a replay
  std::string explorer;  // that found it
};

// Of given.subject; nothing, after saying why, when the file or its header cannot be used.
std::optional<TraceInput> read_trace_input(const Options& given);

// 0 when scenario, memory model, explorer and mutants are known; else it has said which is not.
int check_names(const Options& options);

}  // namespace cli
