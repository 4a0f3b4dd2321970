// Runs the searches of the table, for tests that compare how they end.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>

#include "cli/search.h"
#include "cli/session.h"

namespace test_searches {

using scenarios::Expected;
using scenarios::Verdict;

inline cli::Options options_for(const scenarios::Search& search, const char* memory_model,
                                const Expected& expected) {
  cli::Options o;
  o.command = "explore";
  o.subject = search.scenario;
  o.memory_model = memory_model;
  o.explorer = "dfs";
  const bool whole = expected.verdict == Verdict::exhausted;
  if (expected.verdict == Verdict::bounded || (whole && expected.limit != 0)) {
    o.explorer = "preemption-bound";
    o.preemptions = static_cast<std::uint32_t>(expected.limit);
  } else if (expected.verdict == Verdict::sampled) {
    o.explorer = "random";
    o.executions_max = expected.limit;
  }
  o.params = cli::parse_params(search.params);
  for (const auto& [name, value] : cli::parse_params(search.tuning)) {
    o.tuning.emplace_back(name, static_cast<std::uint64_t>(value));
  }
  o.spurious = search.spurious;
  o.refuse = search.refusals;
  return o;
}

// A bound on what the kernel does bounds the search.
inline model::Coverage coverage_of(const scenarios::Search& search, Verdict verdict) {
  const bool kernel_chooses = search.spurious + search.refusals > 0;
  if (verdict == Verdict::exhausted && !kernel_chooses) return model::Coverage::exhausted;
  return verdict == Verdict::sampled ? model::Coverage::sampled : model::Coverage::bounded;
}

inline bool reaches(const cli::Outcome& outcome, const std::string& event) {
  return std::any_of(outcome.reached.begin(), outcome.reached.end(),
                     [&](const auto& reached) { return reached.first == event; });
}

inline void check_reached(const cli::Outcome& outcome, const char* names) {
  for (const std::string& event : cli::words_of(names)) {
    CAPTURE(event);
    CHECK(reaches(outcome, event));
  }
}

inline void check_all(const char* memory_model, bool sc) {
  for (std::uint32_t i = 0; i < tricolor_scenarios.search_count; i++) {
    const scenarios::Search& search = tricolor_scenarios.searches[i];
    const Expected& expected = sc ? search.sc : search.tso;
    CAPTURE(search.scenario);
    CAPTURE(search.params);
    CAPTURE(memory_model);
    const cli::Outcome outcome = cli::search(options_for(search, memory_model, expected), {});
    CHECK(outcome.error == "");
    const std::string invariant = outcome.violations.empty() ? "" : outcome.violations[0].invariant;
    CAPTURE(invariant);
    CHECK(invariant.empty() == (expected.verdict != Verdict::violation));
    if (expected.verdict == Verdict::violation) continue;
    CHECK(model::name_of(outcome.coverage) ==
          model::name_of(coverage_of(search, expected.verdict)));
    if (search.refusals > 0) check_reached(outcome, "out_of_memory");
    if (*search.params != '\0') continue;
    check_reached(outcome, cli::find_scenario(outcome.scenario)->reaches);
  }
}

}  // namespace test_searches
