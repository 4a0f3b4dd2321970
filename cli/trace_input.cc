// Reads a trace and looks its names up.
#include "cli/trace_input.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/recording.h"

namespace cli {
namespace {

std::vector<std::string> names_of_scenarios() {
  std::vector<std::string> names;
  for (std::uint32_t i = 0; i < tricolor_scenarios.scenario_count; i++) {
    names.emplace_back(tricolor_scenarios.scenarios[i]->name);
  }
  return names;
}

}  // namespace

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
    if (find_mutant(id) == nullptr && find_rung(id) == nullptr) return unknown_mutant(id);
  }
  return 0;
}

std::optional<TraceInput> read_trace_input(const Options& given) {
  auto trace = traces::read_trace_file(given.subject);
  if (!trace) {
    fmt::print(stderr, "tricolor: {}: {}\n", given.subject, trace.error.describe());
    return std::nullopt;
  }
  if (const std::string problem = header_problem(*trace); !problem.empty()) {
    fmt::print(stderr, "tricolor: {}: {}\n", given.subject, problem);
    return std::nullopt;
  }
  TraceInput input;
  input.trace = std::move(*trace);
  input.options = options_of(input.trace, given);
  if (check_names(input.options) != 0) return std::nullopt;
  const auto* explorer = input.trace.header.if_contains("explorer");
  input.explorer = explorer == nullptr ? "replay" : std::string(explorer->as_string());
  return input;
}

}  // namespace cli
