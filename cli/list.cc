// `tricolor list AXIS`.
#include "cli/list.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <iostream>

#include "checkers/checkers.h"
#include "cli/commands.h"
#include "model/choice.h"
#include "sim/kernels.h"
#include "sim/memory_model.h"

namespace cli {
namespace {

std::string text_of(const scenarios::Expected& expected) {
  switch (expected.verdict) {
    case scenarios::Verdict::exhausted:
      if (expected.limit == 0) return "exhausted";
      return fmt::format("exhausted within {} preemptions", expected.limit);
    case scenarios::Verdict::bounded:
      return fmt::format("bounded at {} preemptions", expected.limit);
    case scenarios::Verdict::sampled:
      return fmt::format("{} sampled", expected.limit);
    case scenarios::Verdict::violation:
      return "violation";
  }
  return "";
}

// What each search of the regression test must end with.
void list_searches(const std::string& scenario) {
  for (std::uint32_t i = 0; i < tricolor_scenarios.search_count; i++) {
    const scenarios::Search& s = tricolor_scenarios.searches[i];
    if (scenario != s.scenario) continue;
    std::string what = s.params;
    if (*s.tuning != '\0') what += std::string(what.empty() ? "" : ",") + s.tuning;
    if (!what.empty()) what = " with " + what;
    fmt::print("{:<20}   expected{}: sc {}, tso {}\n", "", what, text_of(s.sc), text_of(s.tso));
  }
}

void list_scenarios() {
  for (std::uint32_t i = 0; i < tricolor_scenarios.scenario_count; i++) {
    const scenarios::Scenario& s = *tricolor_scenarios.scenarios[i];
    fmt::print("{:<20} {}\n", s.name, s.description);
    for (std::uint32_t p = 0; p < s.param_count; p++) {
      const scenarios::Param& param = s.params[p];
      fmt::print("{:<20}   {}={} ({}..{}): {}\n", "", param.name, param.value, param.low,
                 param.high, param.help);
    }
    if (*s.reaches != '\0') fmt::print("{:<20}   reaches: {}\n", "", s.reaches);
    list_searches(s.name);
  }
}

void list_mutants() {
  for (std::uint32_t i = 0; i < tricolor_scenarios.mutant_count; i++) {
    const scenarios::Mutant& m = tricolor_scenarios.mutants[i];
    fmt::print("{:<32} {:<20} {:<28} {}\n", m.id, m.scenario, m.invariants, m.description);
  }
  for (std::uint32_t i = 0; i < tricolor_scenarios.rung_count; i++) {
    const scenarios::Rung& rung = tricolor_scenarios.rungs[i];
    fmt::print("{:<32} {:<20} {:<28} {}\n", std::string(fix_prefix) + rung.id, "-", "(after seed)",
               rung.description);
  }
}

void list_memory_models() {
  for (const auto& m : sim::memory_models()) {
    fmt::print("{:<18} {}; leaves out: {}\n", m.name, m.description, m.leaves_out);
    if (m.may_allow != nullptr) fmt::print("{:<18} may allow: {}\n", "", m.may_allow);
  }
}

void list_checkers() {
  for (const auto& c : checkers::checkers()) {
    fmt::print("{:<22} {:<28} {}\n", c.name, c.invariants, c.description);
  }
}

void list_explorers() {
  for (const auto& e : model::explorers()) fmt::print("{:<18} {}\n", e.name, e.description);
}

void list_kernels() {
  for (const auto& k : sim::kernels()) fmt::print("{:<18} {}\n", k.name, k.description);
}

void list_tuning() {
  for (const TuningField& f : tuning_fields()) {
    fmt::print("{:<28} {} ({}..{})\n", f.name, f.value, f.low, f.high);
  }
}

void print_items(const Options& o, const Axis& axis) {
  const boost::json::object all{{"tool", "tricolor"},
                                {"version", TRICOLOR_VERSION},
                                {"command", o.command},
                                {"axis", axis.name},
                                {"items", axis.items()}};
  std::cout << boost::json::serialize(all) << "\n";
}

}  // namespace

const std::vector<Axis>& axes() {
  static const std::vector<Axis> all = {
      {"scenarios", list_scenarios, scenario_items},
      {"explorers", list_explorers, explorer_items},
      {"memory-models", list_memory_models, memory_model_items},
      {"kernels", list_kernels, kernel_items},
      {"checkers", list_checkers, checker_items},
      {"mutants", list_mutants, mutant_items},
      {"tuning", list_tuning, tuning_items},
  };
  return all;
}

int list(const Options& o) {
  std::vector<std::string> names;
  for (const Axis& axis : axes()) {
    if (o.subject != axis.name) {
      names.emplace_back(axis.name);
      continue;
    }
    o.json ? print_items(o, axis) : axis.print();
    return exit_clean;
  }
  return unknown("axis", o.subject, names);
}

}  // namespace cli
