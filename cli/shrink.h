// Shrinking of a failing execution on five axes: the program of mutator-program, context switches,
// sizes (threads, objects, operations), memory model, tuning. The best so far is in the trace file
// all the time.
#pragma once

#include <string>
#include <vector>

#include "cli/options.h"
#include "model/choice.h"
#include "traces/shrink.h"

namespace cli {

// Limits of one shrinking, together for all axes.
inline constexpr std::uint64_t shrink_executions_max = 20'000;
inline constexpr std::uint64_t shrink_steps_max = 40'000'000;
// Behind the name of a trace: the file with the smaller program, which the trace names.
inline constexpr const char* program_suffix = ".mutators";

// Of a failing execution, for reports.
struct Size {
  std::uint32_t context_switches = 0;
  std::uint32_t threads = 0;  // that took a step
  std::uint32_t drains = 0;
  std::uint64_t steps = 0;
  std::size_t operations = 0;  // of the program of mutator-program
};

struct Shrunk {
  std::string error;         // not empty: it could not start, or
  bool not_written = false;  // the trace could not be written
  Size before, after;
  Options options;                   // of the smallest execution
  std::vector<std::string> changes;  // of options, "memory model tso -> sc"
  std::uint64_t executions = 0;
  std::vector<std::string> limits;  // that were hit
};

// `choices` are a failing execution under `options` that violates `invariant`; the smallest one
// that does goes to `path`. `executions_max` 0: shrink_executions_max.
Shrunk shrink_failure(const Options& options, const std::vector<model::Choice>& choices,
                      const std::string& invariant, const std::string& path,
                      std::uint64_t executions_max);

}  // namespace cli
