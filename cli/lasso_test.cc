// Fair cycles: what is found, what is silent, and what is said about it.
#include "sim/lasso.h"

#include <doctest/doctest.h>

#include "cli/commands.h"
#include "cli/search.h"
#include "cli/test_folder.h"
#include "cli/test_options.h"

namespace cli {
namespace {

Options lively(std::int64_t kind, bool right, const char* explorer, const char* memory_model) {
  Options o = explore_options("livelock", explorer, memory_model);
  o.params = {{"kind", kind}, {"right", right ? 1 : 0}};
  o.liveness = true;
  o.executions_max = 2000;
  return o;
}

TEST_CASE("threads that keep each other from getting on are found, and the cycle is told") {
  for (const char* model : {"sc", "tso"}) {
    for (const char* explorer : {"dfs", "random", "pct"}) {
      for (const std::int64_t kind : {0, 1}) {
        CAPTURE(model);
        CAPTURE(explorer);
        CAPTURE(kind);
        const Outcome outcome = search(lively(kind, false, explorer, model), {});
        CHECK(outcome.error == "");
        REQUIRE(outcome.violations.size() == 1);
        CHECK(outcome.violations[0].invariant ==
              (kind == 0 ? "live.no_livelock" : "live.no_starvation"));
        REQUIRE(outcome.cycle.size() >= 4);
        bool moves[2] = {};
        for (const std::string& line : outcome.cycle) {
          CHECK(line.find("livelock.cc:") != std::string::npos);
          for (const int t : {0, 1}) {
            moves[t] = moves[t] || line.find("thread " + std::to_string(t)) != std::string::npos;
          }
        }
        CHECK(moves[0]);
        CHECK(moves[1]);
      }
    }
  }
}

TEST_CASE("what ends is exhausted") {
  for (const char* model : {"sc", "tso"}) {
    for (const std::int64_t kind : {0, 1}) {
      CAPTURE(model);
      CAPTURE(kind);
      Options o = lively(kind, true, "dfs", model);
      o.executions_max = 0;
      const Outcome outcome = search(o, {});
      CHECK(outcome.violations.empty());
      CHECK(outcome.coverage == model::Coverage::exhausted);
    }
  }
}

TEST_CASE("programs without cycles are what they are without --liveness") {
  for (const char* name : {"lfstack", "mutex", "note", "spin-wait", "store-buffering"}) {
    CAPTURE(name);
    Options o = explore_options(name, "dfs");
    const Outcome without = search(o, {});
    o.liveness = true;
    const Outcome with = search(o, {});
    CHECK(with.hash == without.hash);
    CHECK(with.executions == without.executions);
    CHECK(with.coverage == model::Coverage::exhausted);
  }
}

TEST_CASE("a trace of a cycle replays") {
  const TestFolder folder;
  Options o = lively(0, false, "random", "tso");
  o.trace = folder.path("cycle.trace");
  CHECK(explore(o) == exit_violation);
  Options again;
  again.command = "replay";
  again.subject = o.trace;
  CHECK(replay(again) == exit_violation);
}

TEST_CASE("reductions are refused") {
  CHECK(search(lively(0, false, "dpor", "sc"), {}).error.find("--liveness") != std::string::npos);
}

}  // namespace
}  // namespace cli
