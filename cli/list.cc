// `tricolor list AXIS`.
#include <fmt/format.h>

#include "checkers/checkers.h"
#include "cli/commands.h"
#include "model/choice.h"
#include "sim/memory_model.h"

namespace cli {
namespace {

void list_scenarios() {
  for (std::uint32_t i = 0; i < tricolor_scenarios.scenario_count; i++) {
    const scenarios::Scenario& s = *tricolor_scenarios.scenarios[i];
    fmt::print("{:<18} {}\n", s.name, s.description);
    for (std::uint32_t p = 0; p < s.param_count; p++) {
      fmt::print("{:<18}   {}={}: {}\n", "", s.params[p].name, s.params[p].value, s.params[p].help);
    }
    if (*s.reaches != '\0') fmt::print("{:<18}   reaches: {}\n", "", s.reaches);
  }
}

void list_mutants() {
  for (std::uint32_t i = 0; i < tricolor_scenarios.mutant_count; i++) {
    const scenarios::Mutant& m = tricolor_scenarios.mutants[i];
    fmt::print("{:<26} {:<16} {:<20} {}\n", m.id, m.scenario, m.invariants, m.description);
  }
}

}  // namespace

int list(const Options& o) {
  if (o.subject == "scenarios") {
    list_scenarios();
  } else if (o.subject == "mutants") {
    list_mutants();
  } else if (o.subject == "explorers") {
    for (const auto& e : model::explorers()) fmt::print("{:<18} {}\n", e.name, e.description);
  } else if (o.subject == "memory-models") {
    for (const auto& m : sim::memory_models()) {
      fmt::print("{:<18} {}; leaves out: {}\n", m.name, m.description, m.leaves_out);
    }
  } else if (o.subject == "checkers") {
    for (const auto& c : checkers::checkers()) {
      fmt::print("{:<22} {:<28} {}\n", c.name, c.invariants, c.description);
    }
  } else if (o.subject == "kernels") {
    fmt::print("linux\n");
  } else if (o.subject == "tuning") {
    for (const auto& [name, value] : tuning_fields()) fmt::print("{:<28} {}\n", name, value);
  } else {
    return unknown(
        "axis", o.subject,
        {"scenarios", "explorers", "memory-models", "kernels", "checkers", "mutants", "tuning"});
  }
  return exit_clean;
}

}  // namespace cli
