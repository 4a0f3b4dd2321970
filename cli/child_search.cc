// Between the two processes: one pipe, one row.
#include "cli/child_search.h"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/recording.h"

namespace cli {

Row row_of(const Outcome& outcome) {
  Row r{outcome.executions,
        outcome.steps,
        outcome.seconds,
        static_cast<std::uint32_t>(outcome.coverage),
        0,
        0,
        {},
        {},
        {},
        outcome.independent_loads};
  fmt::format("{}", fmt::join(outcome.limits, ", ")).copy(r.limits, sizeof r.limits - 1);
  if (outcome.violations.empty()) return r;
  r.switches = outcome.shrunk ? outcome.shrunk->after.context_switches
                              : outcome.violations[0].context_switches;
  r.length = outcome.shrunk ? outcome.shrunk->after.steps : outcome.violations[0].steps;
  outcome.violations[0].invariant.copy(r.invariant, sizeof r.invariant - 1);
  outcome.violations[0].message.copy(r.message, sizeof r.message - 1);
  return r;
}

namespace {

bool save_trace(const Options& options, Outcome& outcome) {
  if (options.trace.empty() || outcome.violations.empty()) return true;
  return write_failure(options, outcome, options.trace) == exit_violation;
}

}  // namespace

bool search_in_child(const Options& options, Row* row) {
  int ends[2];
  if (pipe(ends) != 0) return false;
  const pid_t child = fork();
  if (child < 0) return false;
  if (child == 0) {
    close(ends[0]);
    Outcome outcome = search(options, {});
    if (!outcome.error.empty()) fmt::print(stderr, "tricolor: {}\n", outcome.error);
    const bool saved = outcome.error.empty() && save_trace(options, outcome);
    const Row r = row_of(outcome);
    const bool ok = saved && write(ends[1], &r, sizeof r) == sizeof r;
    _exit(ok ? 0 : 1);
  }
  close(ends[1]);
  const bool got = read(ends[0], row, sizeof *row) == sizeof *row;
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  return got && status == 0;
}

}  // namespace cli
