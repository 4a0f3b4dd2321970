// The searches of all mutants' lines under one memory model, for tests.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>

#include "cli/kill.h"
#include "cli/session.h"

namespace cli {

inline bool is_judged(const scenarios::Mutant& mutant, const char* memory_model) {
  const auto models = memory_models_of(mutant);
  return std::find(models.begin(), models.end(), memory_model) != models.end();
}

// What a line names besides the data race kills on its own. A line may name the race alone: what
// the bug does to plain memory shows there and nowhere else, since a thread makes plain accesses at
// once up to its next step.
inline void check_without_race_detector(const scenarios::Mutant& mutant, const char* memory_model) {
  if (std::string_view(mutant.invariants) == "memory.no_data_race") return;
  Options o = search_for({}, mutant, memory_model);
  o.checkers = named_checkers(mutant);
  if (std::erase(o.checkers, "data-race") == 0) return;
  const Outcome outcome = search(o, {});
  REQUIRE(outcome.violations.size() == 1);
  CHECK(judge(mutant, outcome.violations[0].invariant, memory_model) == Kill::killed);
}

// Each dies of what its line in the table names, also without the race detector, or stays silent.
inline void check_mutants(const char* memory_model) {
  for (std::uint32_t i = 0; i < tricolor_scenarios.mutant_count; i++) {
    const scenarios::Mutant& mutant = tricolor_scenarios.mutants[i];
    if (!is_judged(mutant, memory_model)) continue;
    const std::string name = std::string(mutant.id) + " under " + memory_model;
    CAPTURE(name);
    Options o = search_for({}, mutant, memory_model);
    // The checkers that the line names; others may see another consequence first.
    if (!is_expected_silent(mutant, memory_model)) o.checkers = named_checkers(mutant);
    // A search that reduces trusts it; one that samples does not reduce.
    if (o.executions_max == 0 && !o.checkers.empty()) o.checkers.emplace_back("data-race");
    const Outcome outcome = search(o, {});
    CHECK(outcome.error == "");
    const std::string invariant = outcome.violations.empty() ? "" : outcome.violations[0].invariant;
    CAPTURE(invariant);
    CHECK(is_as_expected(judge(mutant, invariant, memory_model)));
    if (invariant == "memory.no_data_race" && !is_expected_silent(mutant, memory_model)) {
      check_without_race_detector(mutant, memory_model);
    }
  }
}

}  // namespace cli
