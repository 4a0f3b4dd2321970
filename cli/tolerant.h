// Replay of a trace by a program that has changed since: exact where the choices still fit, else by
// the keys of its decisions, else with the ends of its blocks moved by a few steps.
#pragma once

#include <string>
#include <vector>

#include "cli/rerun.h"

namespace cli {

// Executions that a tolerant replay may try, and how far the end of a block may move.
inline constexpr std::uint64_t tolerant_executions_max = 2000;
inline constexpr std::uint32_t tolerant_steps_moved_max = 4;

struct Alignment {
  std::string error;                   // not empty: it could not start
  bool reproduced = false;             // the recorded invariant was violated
  bool exact = false;                  // by the recorded choices, which all fit
  std::size_t keys = 0;                // recorded decisions
  std::size_t found = 0;               // of them, those whose step the program took
  std::vector<std::string> notes;      // where it could not be aligned
  std::vector<model::Choice> choices;  // of the execution that comes nearest
};

// Runs in a session of its own.
Alignment align(const Options& options, const traces::Trace& trace);
// On standard error, unless it is exact: how far the trace fits, and where it does not.
void print_alignment(const Alignment& alignment, const std::string& path);

}  // namespace cli
