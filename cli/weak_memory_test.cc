// Programs under rc11, armv8 and power: what is refused, what ends, what is said of a result.
#include <doctest/doctest.h>

#include "cli/recording.h"
#include "cli/report.h"
#include "cli/search.h"
#include "cli/session.h"
#include "cli/test_folder.h"
#include "cli/test_options.h"

namespace {

constexpr const char* weak_models[] = {"rc11", "armv8", "power"};

TEST_CASE("explorers that take schedules for the only choices are refused") {
  cli::Session s;
  const std::string error = s.set_up(cli::explore_options("lfstack", "dpor", "power"), {});
  CHECK(error.find("the explorer dpor is refused: under power which store a load returns") == 0);
}

TEST_CASE("fair cycles are not looked for") {
  cli::Options o = cli::explore_options("livelock", "dfs", "armv8");
  o.liveness = true;
  cli::Session s;
  CHECK(s.set_up(o, {}).find("--liveness: under armv8") == 0);
}

// Old stores may be read, but not for ever.
TEST_CASE("waiting loops end") {
  for (const char* model : weak_models) {
    for (const char* scenario : {"spin-wait", "livelock", "note", "mutex"}) {
      CAPTURE(model);
      CAPTURE(scenario);
      const cli::Outcome outcome = cli::search(cli::explore_options(scenario, "dfs", model), {});
      CHECK(outcome.violations.empty());
      CHECK(outcome.coverage == model::Coverage::exhausted);
    }
  }
}

TEST_CASE("an old store that too much hangs on is a limit that is reported") {
  cli::Options o = cli::explore_options("handoff", "random", "rc11");
  o.executions_max = 100;
  const cli::Outcome outcome = cli::search(o, {});
  REQUIRE(outcome.limits.size() == 1);
  CHECK(outcome.limits[0] == "old_stores=64 events since they were overwritten");
}

TEST_CASE("all samplers find store buffering, and it replays") {
  const cli::TestFolder folder;
  for (const char* model : weak_models) {
    for (const char* explorer : {"random", "pct", "pos", "portfolio", "preemption-bound"}) {
      CAPTURE(model);
      CAPTURE(explorer);
      cli::Options o = cli::explore_options("store-buffering", explorer, model);
      o.executions_max = 1000;
      o.shrink = false;
      cli::Outcome found = cli::search(o, {});
      REQUIRE(found.violations.size() == 1);
      const std::string path = folder.path("found.trace");
      REQUIRE(cli::write_failure(o, found, path) == cli::exit_violation);
      const auto trace = traces::read_trace_file(path);
      REQUIRE(trace);
      const cli::Outcome again = cli::search(cli::options_of(*trace, {}), trace->choices);
      REQUIRE(again.violations.size() == 1);
      CHECK(again.violations[0].steps == found.violations[0].steps);
      CHECK(again.divergence.empty());
    }
  }
}

// Executions of message passing that need two loads of the reader to be independent. The writer
// stores a, then b with release order; the reader loads b, then a.
std::uint64_t count_independent(const char* model, bool acquires) {
  constexpr std::int64_t store_a = 2, store_b = 2 | 1 << 3 | 2 << 5, load_b = 1 | 1 << 3,
                         load_a = 1;
  const std::int64_t first = load_b | (acquires ? 1 << 5 : 0);
  cli::Options o = cli::explore_options("c11-program", "dfs", model);
  o.params = {{"thread0", store_a | store_b << 8}, {"thread1", first | load_a << 8}};
  cli::Session s;
  REQUIRE(s.set_up(o, {}) == "");
  std::uint64_t count = 0;
  while (const auto depth = s.explorer->next_execution()) {
    s.machine.execute(*depth);
    count += s.memory->needs_independent_loads();
  }
  return count;
}

TEST_CASE("what hangs on dependencies that are not seen is known") {
  CHECK(count_independent("armv8", false) == 1);
  CHECK(count_independent("power", false) == 1);
  CHECK(count_independent("armv8", true) == 0);
  CHECK(count_independent("rc11", false) == 0);  // they order nothing there
}

}  // namespace
