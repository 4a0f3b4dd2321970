// tricolor-native: what `tricolor native SCENARIO` becomes, on real threads and without simulator.
#include <fmt/format.h>

#include "cli/native/report.h"
#include "cli/standard_output.h"

namespace {

using cli::Options;

// What the options ask for that only a simulator has; empty: nothing.
std::string unusable(const Options& o) {
  if (!o.mutants.empty()) return "--mutant: natively the rules are constants, nothing to plant";
  if (!o.tuning.empty()) return "--tuning: natively capacities and thresholds are constants";
  if (!o.checkers.empty()) return "--checker: natively there are no events to check";
  if (o.memory_model != "sc" && o.memory_model != "native") {
    return "--memory-model: natively the processor decides";
  }
  if (o.kernel != cli::default_kernel) return "--kernel: natively this machine's own is there";
  if (o.explorer_given) return "--explorer: natively the machine decides who runs";
  if (!o.trace.empty() || o.twice) return "--trace and --twice: a native run is not recorded";
  if (o.executions_max != 0) return "--max-executions: natively --runs says how many";
  if (o.spurious || o.refuse || o.decide) {
    return "--spurious, --refuse-memory and --decide need the simulated kernel";
  }
  return "";
}

std::vector<std::string> scenario_names() {
  std::vector<std::string> names;
  for (std::uint32_t i = 0; i < tricolor_scenarios.scenario_count; i++) {
    names.emplace_back(tricolor_scenarios.scenarios[i]->name);
  }
  return names;
}

int run(int argc, char** argv) {
  int code = cli::exit_usage;
  const auto options = cli::parse(argc, argv, &code);
  if (!options) return code;
  std::string problem = unusable(*options);
  if (options->command != "native") problem = "only `native SCENARIO` runs here; use `tricolor`";
  if (!problem.empty()) {
    fmt::print(stderr, "tricolor: {}\n", problem);
    return cli::exit_usage;
  }
  const scenarios::Scenario* scenario = cli::find_scenario(options->subject);
  if (scenario == nullptr) {
    return cli::unknown("scenario", options->subject, scenario_names());
  }
  const cli::native::Outcome outcome = cli::native::run(*options, *scenario);
  if (!outcome.error.empty()) {
    fmt::print(stderr, "tricolor: {}\n", outcome.error);
    return cli::exit_usage;
  }
  if (options->json) {
    cli::native::print_json(*options, outcome);
  } else {
    cli::native::print_text(*options, outcome);
  }
  return outcome.invariant.empty() ? cli::exit_clean : cli::exit_violation;
}

}  // namespace

int main(int argc, char** argv) {
  return cli::run_printing([&] { return run(argc, argv); });
}
