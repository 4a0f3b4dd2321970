// Every search of the table ends as its line says, under sc and tso, and reaches what the scenario
// promises to reach.
#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>

#include "cli/search.h"
#include "cli/session.h"

namespace {

using scenarios::Expected;
using scenarios::Verdict;

cli::Options options_for(const scenarios::Search& search, const char* memory_model,
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
model::Coverage coverage_of(const scenarios::Search& search, Verdict verdict) {
  const bool kernel_chooses = search.spurious + search.refusals > 0;
  if (verdict == Verdict::exhausted && !kernel_chooses) return model::Coverage::exhausted;
  return verdict == Verdict::sampled ? model::Coverage::sampled : model::Coverage::bounded;
}

bool reaches(const cli::Outcome& outcome, const std::string& event) {
  return std::any_of(outcome.reached.begin(), outcome.reached.end(),
                     [&](const auto& reached) { return reached.first == event; });
}

void check_reached(const cli::Outcome& outcome, const char* names) {
  std::istringstream events(names);
  for (std::string event; std::getline(events, event, ',');) {
    CAPTURE(event);
    CHECK(reaches(outcome, event));
  }
}

void check_all(const char* memory_model, bool sc) {
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

TEST_CASE("searches end as the table says: sc") { check_all("sc", true); }
TEST_CASE("searches end as the table says: tso") { check_all("tso", false); }

// Correct programs are correct under weaker models as well: no false alarm.
TEST_CASE("what has no violation under tso has none in samples under weaker models") {
  for (std::uint32_t i = 0; i < tricolor_scenarios.search_count; i++) {
    const scenarios::Search& search = tricolor_scenarios.searches[i];
    if (search.tso.verdict == Verdict::violation) continue;
    // Of all shapes the one that lacks an order.
    if (search.scenario == std::string("known-orders") && search.params == std::string("shape=4")) {
      continue;
    }
    constexpr Expected few = {Verdict::sampled, 100};
    const cli::Outcome strong = cli::search(options_for(search, "sc", few), {});
    for (const char* memory_model : {"rc11", "armv8", "power"}) {
      CAPTURE(search.scenario);
      CAPTURE(search.params);
      CAPTURE(memory_model);
      const cli::Outcome outcome = cli::search(options_for(search, memory_model, few), {});
      CHECK(outcome.error == "");
      CHECK(outcome.violations.empty());
      // The samples get where those of a strong model mostly get.
      for (const auto& reached : strong.reached) {
        if (reached.second < few.limit) continue;
        CAPTURE(reached.first);
        CHECK(reaches(outcome, reached.first));
      }
    }
  }
}

TEST_CASE("every scenario has a search, unless it needs a file") {
  for (std::uint32_t i = 0; i < tricolor_scenarios.scenario_count; i++) {
    const std::string name = tricolor_scenarios.scenarios[i]->name;
    bool listed = name == "heap-dump" || name == "heap-dump-concurrent" || name == "alloc-trace" ||
                  name == "mutator-program";
    for (std::uint32_t n = 0; n < tricolor_scenarios.search_count; n++) {
      listed = listed || name == tricolor_scenarios.searches[n].scenario;
    }
    CAPTURE(name);
    CHECK(listed);
  }
}

}  // namespace
