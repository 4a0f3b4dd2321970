// What an executable that brings a program of its own adds to a session (embed/); `tricolor` itself
// brings none.
#pragma once

#include <string>

#include "cli/options.h"
#include "sim/machine.h"

namespace cli {

struct Embedding {
  virtual ~Embedding() = default;
  // The machine has its memory and is not prepared yet. Returns what is wrong, or nothing.
  virtual std::string attach(const Options& options, sim::Machine& machine) = 0;
  // Whether all that a run writes is announced, so that backtracking may restore snapshots. If not,
  // an explorer that backtracks runs every execution from the start.
  virtual bool announces_writes() const = 0;
  // What a line that reproduces a run begins with, in place of `tricolor COMMAND SUBJECT`.
  virtual std::string command_line(const Options& options) const = 0;
};

extern Embedding* embedding;  // null: none

}  // namespace cli
