// Every search of the table ends as its line says under sc, and reaches what the scenario promises
// to reach; correct programs are correct under weaker models too.
#include <doctest/doctest.h>

#include "cli/test_searches.h"

namespace {

using namespace test_searches;

TEST_CASE("searches end as the table says: sc") { check_all("sc", true); }

// Correct programs are correct under weaker models as well: no false alarm.
TEST_CASE("what has no violation under tso has none in samples under weaker models") {
  for (std::uint32_t i = 0; i < tricolor_scenarios.search_count; i++) {
    const scenarios::Search& search = tricolor_scenarios.searches[i];
    if (search.tso.verdict == Verdict::violation) continue;
    // Of all shapes the one that lacks an order.
    if (search.scenario == std::string("known-orders") && search.params == std::string("shape=4")) {
      continue;
    }
    constexpr Expected few = {Verdict::sampled, 30};
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
