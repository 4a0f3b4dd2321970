// `tricolor mutants`: each mutant on its scenario, under every memory model, in a process of its
// own (the simulated memory lives at one address).
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/search.h"

namespace cli {
namespace {

struct Row {
  std::uint64_t executions;
  double seconds;
  std::uint32_t coverage;
  std::uint32_t found;
  char invariant[64];
};

// False when the child failed.
bool try_mutant(const Options& base, const scenarios::Mutant& mutant, const char* memory_model,
                Row* row) {
  int ends[2];
  if (pipe(ends) != 0) return false;
  const pid_t child = fork();
  if (child < 0) return false;
  if (child == 0) {
    Options o = base;
    o.command = "explore";
    o.subject = mutant.scenario;
    o.explorer = mutant.explorer;
    o.executions_max = mutant.executions_max;
    o.memory_model = memory_model;
    o.mutants = {mutant.id};
    const Outcome outcome = search(o, {});
    Row r{outcome.executions,
          outcome.seconds,
          static_cast<std::uint32_t>(outcome.coverage),
          outcome.violations.empty() ? 0u : 1u,
          {}};
    const std::string name =
        outcome.violations.empty() ? outcome.error : outcome.violations[0].invariant;
    name.copy(r.invariant, sizeof r.invariant - 1);
    const bool ok = outcome.error.empty() && write(ends[1], &r, sizeof r) == sizeof r;
    _exit(ok ? 0 : 1);
  }
  close(ends[1]);
  const bool got = read(ends[0], row, sizeof *row) == sizeof *row;
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  return got && status == 0;
}

}  // namespace

int mutants(const Options& options, const char*) {
  int code = exit_clean;
  fmt::print("{:<26} {:<5} {:<9} {:<24} {:>12} {:>9}\n", "mutant", "model", "verdict", "invariant",
             "executions", "seconds");
  for (std::uint32_t i = 0; i < tricolor_scenarios.mutant_count; i++) {
    const scenarios::Mutant& mutant = tricolor_scenarios.mutants[i];
    for (const char* memory_model : {"sc", "tso"}) {
      Row row{};
      if (!try_mutant(options, mutant, memory_model, &row)) {
        fmt::print(stderr, "tricolor: mutant {} could not be run\n", mutant.id);
        return exit_internal;
      }
      const bool expected_silent = std::string(mutant.invariants) == "silent";
      const bool good = expected_silent ? row.found == 0 : row.found == 1;
      const char* verdict = row.found != 0 ? "killed" : expected_silent ? "silent" : "ALIVE";
      fmt::print("{:<26} {:<5} {:<9} {:<24} {:>12} {:>9.3f}{}\n", mutant.id, memory_model, verdict,
                 row.found != 0 ? row.invariant
                                : model::name_of(static_cast<model::Coverage>(row.coverage)),
                 row.executions, row.seconds, good ? "" : "  <- unexpected");
      if (!good) code = exit_violation;
    }
  }
  return code;
}

}  // namespace cli
