// Symmetry against depth-first search of everything, on random programs some of whose threads are
// copies, and on the scenarios that have identical threads.
#include <doctest/doctest.h>

#include "cli/search.h"
#include "cli/test_random_programs.h"

namespace {

using cli::explore;
using cli::Found;
using cli::Options;

std::uint64_t run_in(const Found& found) {
  return found.complete + found.blocked + found.redundant + found.violating;
}

std::uint64_t factorial(int n) {
  return n < 2 ? 1 : static_cast<std::uint64_t>(n) * factorial(n - 1);
}

struct Programs {
  std::int64_t first;
  int count, threads, copies, operations;
  const char* memory_model;
  bool values = false;
};

// Up to names, every explorer finds what depth-first search of the whole program finds; and
// depth-first search itself runs each execution once up to names.
void compare(const Programs& p) {
  for (std::int64_t number = p.first; number < p.first + p.count; number++) {
    CAPTURE(number);
    CAPTURE(p.threads);
    CAPTURE(p.operations);
    CAPTURE(p.memory_model);
    Options o = cli::random_program(number, p.threads, p.operations, p.memory_model);
    o.params.emplace_back("copies", p.copies);
    if (p.values) {
      o.params.emplace_back("values", 1);
      o.decide = true;
      o.spurious = o.refuse = 1;
    }
    o.preemptions = 30;
    const Found all = explore(o, "dfs");
    o.symmetry = true;
    for (const char* explorer : {"dfs", "preemption-bound", "dpor"}) {
      CAPTURE(explorer);
      const Found found = explore(o, explorer);
      CHECK(found.states == all.states);
      CHECK(found.violations == all.violations);
      // With decisions alone a thread takes no step.
      if (explorer == std::string("dfs") && !p.values) {
        CHECK(run_in(found) * factorial(p.copies) == run_in(all));
      }
      if (explorer == std::string("dpor")) CHECK(found.redundant == 0);
    }
  }
}

TEST_CASE("identical threads: every explorer finds what there is, up to names: sc") {
  compare({1000, 60, 2, 2, 3, "sc"});
  compare({2000, 40, 3, 2, 2, "sc"});
  compare({3000, 15, 3, 3, 2, "sc"});
  compare({4000, 10, 4, 3, 1, "sc"});
  compare({5000, 30, 2, 2, 2, "sc", true});
}

TEST_CASE("identical threads: every explorer finds what there is, up to names: tso") {
  compare({6000, 60, 2, 2, 2, "tso"});
  compare({7000, 30, 3, 2, 2, "tso"});
  compare({8000, 10, 3, 3, 1, "tso"});
  compare({9000, 30, 2, 2, 2, "tso", true});
}

// Executions with at most one preemption, whatever became of them.
Found explore_bounded(Options o, bool symmetry) {
  o.symmetry = symmetry;
  o.explorer = "preemption-bound";
  o.reduction = false;
  o.preemptions = 1;
  cli::Session s;
  REQUIRE(s.set_up(o, {}) == "");
  Found found;
  while (const auto depth = s.explorer->next_execution()) {
    s.machine.execute(*depth);
    if (!s.machine.violations.empty()) found.violations.insert(s.machine.violations[0].invariant);
    s.machine.violations.clear();
    found.complete++;
  }
  return found;
}

TEST_CASE("scenarios say truly which threads are identical") {
  struct Case {
    const char* scenario;
    std::vector<std::pair<std::string, std::int64_t>> params;
    int copies;
  };
  const Case cases[] = {{"counter", {{"threads", 5}}, 5}, {"lfstack", {{"threads", 3}}, 3},
                        {"mutex", {{"threads", 3}}, 3},   {"canary", {}, 2},
                        {"store-buffering", {}, 2},       {"runq", {{"threads", 3}}, 2}};
  for (const Case& c : cases) {
    for (const char* memory_model : {"sc", "tso"}) {
      CAPTURE(c.scenario);
      CAPTURE(memory_model);
      Options o;
      o.command = "explore";
      o.subject = c.scenario;
      o.memory_model = memory_model;
      o.params = c.params;
      const Found all = explore_bounded(o, false), some = explore_bounded(o, true);
      CHECK(some.complete * factorial(c.copies) == all.complete);
      CHECK(some.violations == all.violations);
    }
  }
}

TEST_CASE("symmetry is refused where it would not be sound") {
  Options o;
  o.command = "explore";
  o.subject = "lfstack";
  o.explorer = "dfs";
  o.symmetry = true;
  const auto error = [&] { return cli::search(o, {}).error; };
  CHECK(error() == "");
  for (const char* explorer : {"delay-bound", "fuzz"}) {
    o.explorer = explorer;
    CHECK(error().find("--symmetry on is refused") == 0);
  }
  o.explorer = "dfs";
  check_refused_beside_others(o, "armv8");
  o.params = {{"threads", 1}};
  CHECK(error().find("no identical threads") != std::string::npos);
  o.subject = "sweep-alloc";
  o.params = {};
  CHECK(error().find("no identical threads") != std::string::npos);
}

TEST_CASE("what symmetry found replays without it") {
  Options o;
  o.command = "explore";
  o.subject = "canary";
  o.explorer = "dfs";
  o.symmetry = true;
  const cli::Outcome found = cli::search(o, {});
  REQUIRE(found.violations.size() == 1);
  o.symmetry = false;
  o.explorer = "replay";
  const cli::Outcome again = cli::search(o, found.choices);
  REQUIRE(again.violations.size() == 1);
  CHECK(again.violations[0].invariant == found.violations[0].invariant);
  CHECK(again.hash_of_last == found.hash_of_last);
}

}  // namespace
