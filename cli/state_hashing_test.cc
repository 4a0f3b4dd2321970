// State hashing against plain depth-first search on random programs: the same final states and the
// same violations, data races included, in no more executions.
#include <doctest/doctest.h>

#include "cli/search.h"
#include "cli/test_random_programs.h"

namespace {

using cli::explore;
using cli::Found;
using cli::Options;

struct Programs {
  std::int64_t first;
  int count, threads, operations;
  const char* memory_model;
  bool values = false, races = false;
  int copies = 1;
};

struct Sums {
  std::uint64_t all = 0, run = 0;  // executions
  int racy = 0;                    // programs some of whose executions have a race
};

Sums compare(const Programs& p) {
  Sums sums;
  for (std::int64_t number = p.first; number < p.first + p.count; number++) {
    CAPTURE(number);
    CAPTURE(p.threads);
    CAPTURE(p.operations);
    CAPTURE(p.memory_model);
    Options o = cli::random_program(number, p.threads, p.operations, p.memory_model);
    o.params.insert(o.params.end(), {{"copies", p.copies}, {"races", p.races ? 1 : 0}});
    if (p.values) {
      o.params.emplace_back("values", 1);
      o.decide = true;
      o.spurious = o.refuse = 1;
    }
    const Found all = explore(o, "dfs");
    o.state_hashing = true;
    o.symmetry = p.copies > 1;
    const Found merged = explore(o, "dfs");
    CHECK(merged.states == all.states);
    CHECK(merged.violations == all.violations);
    const std::uint64_t whole = all.complete + all.violating;
    const std::uint64_t run = merged.complete + merged.redundant + merged.violating;
    CHECK(run <= whole);
    sums.all += whole;
    sums.run += run;
    if (all.violations.count("memory.no_data_race") != 0 && all.complete != 0) sums.racy++;
  }
  return sums;
}

TEST_CASE("state hashing finds what dfs finds: sc") {
  const Sums sums = compare({1000, 30, 2, 4, "sc"});
  CHECK(sums.run < sums.all);
  compare({2000, 30, 3, 2, "sc"});
  compare({3000, 2, 3, 3, "sc"});
  compare({4000, 30, 2, 3, "sc", true});
}

TEST_CASE("state hashing finds what dfs finds: tso") {
  const Sums sums = compare({5000, 40, 2, 3, "tso"});
  CHECK(sums.run < sums.all);
  compare({6000, 10, 3, 2, "tso"});
  compare({7000, 30, 2, 2, "tso", true});
}

TEST_CASE("state hashing finds the races that dfs finds") {
  Sums sums = compare({20000, 100, 2, 4, "sc", false, true});
  CHECK(sums.racy > 8);
  CHECK(sums.run < sums.all);
  compare({21000, 30, 3, 2, "sc", false, true});
  sums = compare({22000, 40, 2, 3, "tso", false, true});
  CHECK(sums.racy > 2);
}

TEST_CASE("state hashing goes with symmetry") {
  compare({30000, 30, 2, 3, "sc", false, false, 2});
  compare({31000, 10, 3, 2, "sc", false, true, 2});
  compare({32000, 10, 3, 1, "tso", false, false, 3});
}

Options scenario(const char* name) {
  Options o;
  o.command = "explore";
  o.subject = name;
  o.explorer = "dfs";
  o.state_hashing = true;
  return o;
}

TEST_CASE("each state is left once") {
  Options o = scenario("counter");
  o.params = {{"threads", 10}};
  const cli::Outcome outcome = cli::search(o, {});
  CHECK(outcome.error == "");
  CHECK(outcome.coverage == model::Coverage::exhausted);
  // Which of ten threads have added theirs; where one is left there is no choice.
  REQUIRE(outcome.states);
  CHECK(outcome.states->states == 1024 - 10 - 1);
  CHECK(outcome.states->false_match < 1e-20);
}

TEST_CASE("state hashing is refused where it would not be sound") {
  Options o = scenario("lfstack");
  const auto error = [&] { return cli::search(o, {}).error; };
  for (const char* explorer : {"dpor", "preemption-bound", "delay-bound", "random", "portfolio"}) {
    o.explorer = explorer;
    CHECK(error().find("--state-hashing on is refused") == 0);
  }
  o.explorer = "dfs";
  check_refused_beside_others(o, "rc11");
  o.subject = "spawn";
  CHECK(error().find("goroutines") != std::string::npos);
}

}  // namespace
