// `tricolor list AXIS`.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <iostream>

#include "checkers/checkers.h"
#include "cli/commands.h"
#include "cli/list_json.h"
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

const std::vector<std::string> axes = {"scenarios", "explorers", "memory-models", "kernels",
                                       "checkers",  "mutants",   "tuning"};

void print_items(const Options& o) {
  const boost::json::object all{{"tool", "tricolor"},
                                {"version", TRICOLOR_VERSION},
                                {"command", o.command},
                                {"axis", o.subject},
                                {"items", list_items(o.subject)}};
  std::cout << boost::json::serialize(all) << "\n";
}

void list_axis(const std::string& axis) {
  if (axis == "scenarios") {
    list_scenarios();
  } else if (axis == "mutants") {
    list_mutants();
  } else if (axis == "explorers") {
    for (const auto& e : model::explorers()) fmt::print("{:<18} {}\n", e.name, e.description);
  } else if (axis == "memory-models") {
    for (const auto& m : sim::memory_models()) {
      fmt::print("{:<18} {}; leaves out: {}\n", m.name, m.description, m.leaves_out);
      if (m.may_allow != nullptr) fmt::print("{:<18} may allow: {}\n", "", m.may_allow);
    }
  } else if (axis == "checkers") {
    for (const auto& c : checkers::checkers()) {
      fmt::print("{:<22} {:<28} {}\n", c.name, c.invariants, c.description);
    }
  } else if (axis == "kernels") {
    for (const auto& k : sim::kernels()) fmt::print("{:<18} {}\n", k.name, k.description);
  } else {
    for (const TuningField& f : tuning_fields()) {
      fmt::print("{:<28} {} ({}..{})\n", f.name, f.value, f.low, f.high);
    }
  }
}

}  // namespace

int list(const Options& o) {
  if (std::find(axes.begin(), axes.end(), o.subject) == axes.end()) {
    return unknown("axis", o.subject, axes);
  }
  o.json ? print_items(o) : list_axis(o.subject);
  return exit_clean;
}

}  // namespace cli
