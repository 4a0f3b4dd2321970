// `tricolor run`, `explore`, `fuzz` and `replay`.
#include <fmt/format.h>

#include "cli/ci_reports.h"
#include "cli/commands.h"
#include "cli/recording.h"
#include "cli/repeat.h"
#include "cli/replica.h"
#include "cli/report.h"
#include "cli/search.h"
#include "cli/tolerant.h"
#include "cli/trace_input.h"
#include "traces/file.h"

namespace cli {
namespace {

// Writes what was asked for besides the text; false when a file cannot be written.
bool write_reports(const Options& o, const Outcome& outcome) {
  const auto write = [](const std::string& path, const std::string& bytes) {
    if (path.empty()) return true;
    const auto written = traces::write_file(path, bytes);
    if (!written) fmt::print(stderr, "tricolor: {}: {}\n", path, written.error.describe());
    return static_cast<bool>(written);
  };
  return write(o.junit, o.junit.empty() ? "" : junit_of(o, outcome)) &&
         write(o.sarif, o.sarif.empty() ? "" : sarif_of(o, outcome));
}

int finish(const Options& o, const Outcome& outcome) {
  if (o.json) {
    print_json(o, outcome);
  } else {
    print_text(o, outcome);
  }
  if (!write_reports(o, outcome)) return exit_usage;
  if (!outcome.violations.empty()) return exit_violation;
  if (o.require == "exhausted" && outcome.coverage != model::Coverage::exhausted) {
    return exit_not_exhausted;
  }
  return exit_clean;
}

int replay_tolerantly(const Options& given, const TraceInput& input) {
  const Alignment alignment = align(input.options, input.trace);
  if (!alignment.error.empty()) {
    fmt::print(stderr, "tricolor: {}: {}\n", given.subject, alignment.error);
    return exit_usage;
  }
  print_alignment(alignment, given.subject);
  Options o = input.options;
  o.trace = given.subject;
  const Outcome outcome = search(o, alignment.choices);
  if (!o.json) print_steps(outcome);
  const int code = finish(o, outcome);
  // Another violation than the recorded one is no reproduction.
  return code == exit_violation && !alignment.reproduced ? exit_diverged : code;
}

}  // namespace

int explore(Options o) {
  if (is_replica()) return serve(std::move(o));
  if (const int code = check_names(o); code != 0) return code;
  Outcome outcome = search(o, {});
  if (!outcome.error.empty()) {
    fmt::print(stderr, "tricolor: {}\n", outcome.error);
    return exit_usage;
  }
  if (!outcome.unrepeatable.empty()) {
    fmt::print(stderr, "tricolor: the program is not deterministic: {}\n", outcome.unrepeatable);
    return exit_diverged;
  }
  if (o.twice) {
    if (const std::string difference = repeat(o, outcome); !difference.empty()) {
      fmt::print(stderr, "tricolor: the program is not deterministic: {}\n", difference);
      return exit_diverged;
    }
  }
  int code = exit_violation;
  // What the corpus holds changes, so that the command line does not repeat the execution.
  if (!outcome.violations.empty() && o.trace.empty() && !o.corpus.empty()) {
    o.trace = o.corpus + "/" + outcome.violations[0].invariant + ".trace";
  }
  if (!outcome.crash.empty()) {
    if (o.trace.empty()) o.trace = o.subject + ".crash.trace";
    code = write_crash(o, outcome, o.trace);
  } else if (!outcome.violations.empty() && !o.trace.empty()) {
    code = write_failure(o, outcome, o.trace);
  }
  const int finished = finish(o, outcome);
  return code == exit_violation ? finished : code;
}

int replay(const Options& given) {
  const auto input = read_trace_input(given);
  if (!input) return exit_usage;
  if (given.tolerant) return replay_tolerantly(given, *input);
  const traces::Trace* trace = &input->trace;
  Options o = input->options;
  const Outcome outcome = search(o, trace->choices);
  if (!outcome.error.empty()) {
    fmt::print(stderr, "tricolor: {}\n", outcome.error);
    return exit_usage;
  }
  o.trace = given.subject;
  std::string divergence = outcome.divergence;
  if (divergence.empty()) divergence = first_difference(trace->events, outcome.events_of_last);
  const std::string expected = recorded_invariant(*trace);
  if (divergence.empty() && !outcome.violations.empty() &&
      outcome.violations[0].invariant != expected) {
    divergence = "the trace recorded a violation of " + expected;
  }
  if (!divergence.empty()) {
    fmt::print(stderr, "tricolor: the run diverged from the trace: {}\n", divergence);
    return exit_diverged;
  }
  if (!o.json) print_steps(outcome);
  return finish(o, outcome);
}

}  // namespace cli
