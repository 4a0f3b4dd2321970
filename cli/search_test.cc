// Whole searches: counts that are known, verdicts of correct and broken programs, replay.
#include "cli/search.h"

#include <doctest/doctest.h>

#include "cli/test_options.h"

namespace {

TEST_CASE("dfs visits every interleaving exactly once") {
  // n threads of one operation each: n! orders. The lfstack figure comes from an independent
  // enumeration of the six operations of each thread, retries included.
  cli::Options o = cli::explore_options("counter", "dfs");
  o.params = {{"threads", 5}};
  cli::Outcome outcome = cli::search(o, {});
  CHECK(outcome.executions == 120);
  CHECK(outcome.coverage == model::Coverage::exhausted);
  outcome = cli::search(cli::explore_options("lfstack", "dfs"), {});
  CHECK(outcome.executions == 13344);
  CHECK(outcome.coverage == model::Coverage::exhausted);
  CHECK(outcome.violations.empty());
}

TEST_CASE("a search says how much of it was done") {
  cli::Options o = cli::explore_options("lfstack", "dfs");
  double before = 0;
  for (const std::uint64_t executions : {6000, 9000, 13000}) {
    o.executions_max = executions;
    const cli::Outcome part = cli::search(o, {});
    CHECK(part.coverage == model::Coverage::inconclusive);
    REQUIRE(part.share);
    CHECK(*part.share >= before);
    CHECK(*part.share > 0);
    CHECK(*part.share < 1);
    before = *part.share;
  }
  o.executions_max = 0;
  const cli::Outcome whole = cli::search(o, {});
  REQUIRE(whole.share);
  CHECK(*whole.share == 1);
}

TEST_CASE("a search ends when it has spent its memory") {
  for (const char* explorer : {"dfs", "dpor"}) {
    CAPTURE(explorer);
    cli::Options o = cli::explore_options("lfstack", explorer);
    o.params = {{"rounds", 4}};
    o.memory_limit = 1;  // MiB, less than any process has
    const cli::Outcome outcome = cli::search(o, {});
    CHECK(outcome.coverage == model::Coverage::inconclusive);
    CHECK(outcome.limits == std::vector<std::string>{"memory_limit=1 MiB"});
  }
}

TEST_CASE("a limit of steps ends the search with the execution that passes it") {
  for (const char* explorer : {"random", "dfs", "dpor", "fuzz", "portfolio"}) {
    CAPTURE(explorer);
    cli::Options o = cli::explore_options("lfstack", explorer);
    o.params = {{"rounds", 4}};
    o.step_limit = 5000;
    const cli::Outcome outcome = cli::search(o, {});
    CHECK(outcome.steps >= 5000);
    CHECK(outcome.steps < 5200);
    CHECK(outcome.limits == std::vector<std::string>{"step_limit=5000"});
    CHECK(cli::search(o, {}).hash == outcome.hash);
  }
}

TEST_CASE("store buffering shows under tso alone, and a fence forbids it") {
  CHECK(cli::search(cli::explore_options("store-buffering", "dfs"), {}).violations.empty());
  const cli::Outcome weak = cli::search(cli::explore_options("store-buffering", "dfs", "tso"), {});
  REQUIRE(weak.violations.size() == 1);
  CHECK(weak.violations[0].invariant == "litmus.store_buffering");
  cli::Options fenced = cli::explore_options("store-buffering", "dfs", "tso");
  fenced.params = {{"fence", 1}};
  const cli::Outcome strong = cli::search(fenced, {});
  CHECK(strong.violations.empty());
  CHECK(strong.coverage == model::Coverage::exhausted);
}

TEST_CASE("every explorer finds the canary, and its trace replays to the same violation") {
  for (const char* explorer : {"dfs", "preemption-bound", "random"}) {
    CAPTURE(explorer);
    cli::Options o = cli::explore_options("canary", explorer);
    o.executions_max = 1000;
    const cli::Outcome found = cli::search(o, {});
    REQUIRE(found.violations.size() == 1);
    CHECK(found.violations[0].invariant == "counter.total");
    const cli::Outcome again = cli::search(cli::explore_options("canary", "replay"), found.choices);
    REQUIRE(again.violations.size() == 1);
    CHECK(again.violations[0].message == found.violations[0].message);
    CHECK(again.choices == found.choices);
    CHECK(again.divergence.empty());
  }
}

TEST_CASE("a data race is reported with both stacks, and an ordered access is not") {
  const cli::Outcome racy = cli::search(cli::explore_options("data-race", "dfs"), {});
  REQUIRE(racy.violations.size() == 1);
  CHECK(racy.violations[0].invariant == "memory.no_data_race");
  CHECK(!racy.race_stack.empty());
  CHECK(!racy.other_stack.empty());
  cli::Options ordered = cli::explore_options("data-race", "dfs");
  ordered.params = {{"ordered", 1}};
  for (const char* memory_model : {"sc", "tso"}) {
    ordered.memory_model = memory_model;
    const cli::Outcome clean = cli::search(ordered, {});
    CHECK(clean.violations.empty());
    CHECK(clean.coverage == model::Coverage::exhausted);
  }
}

TEST_CASE("the same seed gives the same hash and another seed another") {
  const auto hash = [](std::uint64_t seed) {
    cli::Options o = cli::explore_options("lfstack", "random", "tso");
    o.command = "run";
    o.seed = seed;
    o.runs = 20;
    o.params = {{"threads", 3}, {"rounds", 2}};
    return cli::search(o, {}).hash;
  };
  CHECK(hash(1) == hash(1));
  CHECK(hash(1) != hash(2));
}

TEST_CASE("an unknown parameter or tuning is an error, not a run") {
  cli::Options o = cli::explore_options("lfstack", "dfs");
  o.params = {{"colour", 1}};
  CHECK(cli::search(o, {}).error.find("colour") != std::string::npos);
  o = cli::explore_options("lfstack", "dfs");
  o.tuning = {{"colour", 1}};
  CHECK(cli::search(o, {}).error.find("colour") != std::string::npos);
}

}  // namespace
