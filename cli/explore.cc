// `tricolor run`, `explore` and `replay`.
#include <fmt/format.h>

#include "cli/ci_reports.h"
#include "cli/commands.h"
#include "cli/recording.h"
#include "cli/repeat.h"
#include "cli/report.h"
#include "cli/search.h"
#include "traces/file.h"
#include "traces/trace.h"

namespace cli {
namespace {

std::vector<std::string> names_of_scenarios() {
  std::vector<std::string> names;
  for (std::uint32_t i = 0; i < tricolor_scenarios.scenario_count; i++) {
    names.emplace_back(tricolor_scenarios.scenarios[i]->name);
  }
  return names;
}

// 0 when every name is known, else the exit code.
int check_names(const Options& o) {
  if (find_scenario(o.subject) == nullptr) {
    return unknown("scenario", o.subject, names_of_scenarios());
  }
  std::vector<std::string> names;
  for (const auto& entry : sim::memory_models()) names.emplace_back(entry.name);
  if (std::find(names.begin(), names.end(), o.memory_model) == names.end()) {
    return unknown("memory model", o.memory_model, names);
  }
  names.clear();
  for (const auto& entry : model::explorers()) names.emplace_back(entry.name);
  if (std::find(names.begin(), names.end(), o.explorer) == names.end()) {
    return unknown("explorer", o.explorer, names);
  }
  for (const auto& id : o.mutants) {
    if (find_mutant(id) == nullptr) return unknown_mutant(id);
  }
  return 0;
}

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

}  // namespace

int explore(Options o) {
  if (const int code = check_names(o); code != 0) return code;
  const Outcome outcome = search(o, {});
  if (!outcome.error.empty()) {
    fmt::print(stderr, "tricolor: {}\n", outcome.error);
    return exit_usage;
  }
  if (o.twice) {
    if (const std::string difference = repeat(o, outcome); !difference.empty()) {
      fmt::print(stderr, "tricolor: the program is not deterministic: {}\n", difference);
      return exit_diverged;
    }
  }
  int code = exit_violation;
  if (!outcome.violations.empty() && !o.trace.empty()) code = write_failure(o, outcome, o.trace);
  const int finished = finish(o, outcome);
  return code == exit_violation ? finished : code;
}

int replay(const Options& given) {
  const auto trace = traces::read_trace_file(given.subject);
  if (!trace) {
    fmt::print(stderr, "tricolor: {}: {}\n", given.subject, trace.error.describe());
    return exit_usage;
  }
  if (const std::string problem = header_problem(*trace); !problem.empty()) {
    fmt::print(stderr, "tricolor: {}: {}\n", given.subject, problem);
    return exit_usage;
  }
  Options o = options_of(*trace, given);
  if (const int code = check_names(o); code != 0) return code;
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
