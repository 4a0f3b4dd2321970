// Commands, one line each.
#include "cli/usage.h"

#include <fmt/format.h>

namespace cli {

const std::vector<CommandHelp>& command_table() {
  static const std::vector<CommandHelp> table = {
      {"run", "SCENARIO", "executions with seeds N, N+1, ... (--seed N, --runs K)",
       "tricolor run heap-dump --input jsonsrv.dump.zst --procs 4"},
      {"explore", "SCENARIO", "search until exhausted or a limit is hit (--explorer E)",
       "tricolor explore lfstack --explorer dfs --memory-model tso"},
      {"replay", "TRACE", "a recorded execution again: exit 1 reproduced, 0 clean, 3 diverged",
       "tricolor explore canary --explorer dfs --trace c.trace; tricolor replay c.trace --at 3"},
      {"mutants", "[ID]", "the kill table: each planted bug under each memory model",
       "tricolor mutants lfstack-no-count --matrix"},
      {"list", "AXIS",
       "scenarios | explorers | memory-models | kernels | checkers | mutants | tuning",
       "tricolor list scenarios"},
      {"native", "SCENARIO | litmus FILE|DIR...",
       "the same scenario, or litmus tests, on real threads",
       "tricolor native heap-dump --input jsonsrv.dump.zst --procs 2"},
      {"shrink", "TRACE", "a small execution that still shows the violation, into -o FILE",
       "tricolor shrink big.trace -o small.trace --max-executions 50000"},
      {"explain", "TRACE", "why it failed: the order that decides and what led to it",
       "tricolor explain small.trace"},
      {"report", "TRACE", "a picture", nullptr},
      {"fuzz", "SCENARIO", "changes executions that showed something new (--corpus DIR)",
       "tricolor fuzz workbuf-termination --corpus termination.corpus --max-executions 20000"},
      {"litmus", "FILE|DIR...", "litmus tests in herd's format (--matrix: against its verdicts)",
       "tricolor litmus scenarios/litmus/samples --memory-model tso"},
      {"model", "SPEC", "the abstract protocol, explicit-state", nullptr},
      {"orders", "SCENARIO", "which memory orders are needed, missing, or stronger than needed",
       "tricolor orders lfstack --memory-model rc11 --trace lfstack.orders"},
  };
  return table;
}

const CommandHelp* find_command(const std::string& name) {
  for (const CommandHelp& command : command_table()) {
    if (name == command.name) return &command;
  }
  return nullptr;
}

void print_usage(const CommandHelp* command) {
  if (command != nullptr) {
    fmt::print("tricolor {} {}: {}\n\n", command->name, command->argument, command->description);
    if (command->example != nullptr) fmt::print("Example: {}\n\n", command->example);
    if (command->example == nullptr) fmt::print("It is not built yet.\n\n");
    return;
  }
  fmt::print("tricolor: a deterministic simulator and model checker for a garbage collector\n\n");
  for (const CommandHelp& c : command_table()) {
    fmt::print("  tricolor {:<8} {:<11} {}{}\n", c.name, c.argument, c.description,
               c.example != nullptr ? "" : " (not built yet)");
  }
  fmt::print("\nExample: {}\n\n", find_command("explore")->example);
}

}  // namespace cli
