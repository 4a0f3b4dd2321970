// What the simulator itself reports, and the choices of its kernel.
#include <doctest/doctest.h>

#include <algorithm>

#include "cli/search.h"

namespace cli {
namespace {

Options search_of(const char* scenario, const char* explorer) {
  Options o;
  o.command = "explore";
  o.subject = scenario;
  o.explorer = explorer;
  return o;
}

TEST_CASE("every way to go wrong is reported by its invariant") {
  const std::pair<std::int64_t, const char*> ways[] = {
      {0, "sim.stack_overflow"}, {1, "runtime.fault"},           {2, "sched.no_deadlock"},
      {3, "live.progress"},      {4, "sim.unknown_system_call"}, {5, "scenario.memory"},
      {6, "runtime.fault"},
  };
  for (const auto& way : ways) {
    const auto what = way.first;
    const char* invariant = way.second;
    CAPTURE(what);
    for (const char* memory_model : {"sc", "tso"}) {
      Options o = search_of("must-fail", "random");
      o.memory_model = memory_model;
      o.params = {{"what", what}};
      const Outcome outcome = search(o, {});
      CHECK(outcome.error == "");
      REQUIRE(outcome.violations.size() == 1);
      CHECK(outcome.violations[0].invariant == invariant);
      CHECK(search(o, {}).hash == outcome.hash);
    }
  }
}

bool names(const std::vector<std::string>& limits, const char* limit) {
  return std::find(limits.begin(), limits.end(), limit) != limits.end();
}

TEST_CASE("spurious wake-ups enlarge the search, and their bound is reported") {
  Options o = search_of("note", "dfs");
  const Outcome without = search(o, {});
  o.spurious = 1;
  const Outcome with = search(o, {});
  CHECK(without.coverage == model::Coverage::exhausted);
  CHECK(with.coverage == model::Coverage::bounded);
  CHECK(with.violations.empty());
  CHECK(with.executions > without.executions);
  CHECK(names(with.limits, "spurious=1"));
  CHECK(!names(without.limits, "spurious=1"));
}

// Time goes on when nobody can move, or where a wait ends early.
TEST_CASE("a wait may end at its deadline while others could move") {
  const auto executions = [](const char* scenario, std::int64_t timeout_ns) {
    Options o = search_of(scenario, "dfs");
    o.params = {{"timeout_ns", timeout_ns}};
    o.spurious = 1;
    return search(o, {}).executions;
  };
  CHECK(executions("note", 100) > executions("note", -1));
  // A scenario that measures time is spared: see sim/kernel.cc.
  Options o = search_of("timers", "random");
  o.executions_max = 300;
  o.spurious = 2;
  CHECK(search(o, {}).violations.empty());
}

std::uint64_t times_out_of_memory(const Outcome& outcome) {
  for (const auto& [name, count] : outcome.reached) {
    if (name == "out_of_memory") return count;
  }
  return 0;
}

TEST_CASE("refused memory ends the program, and that is no violation") {
  Options o = search_of("span-growth", "random");
  o.executions_max = 100;
  CHECK(times_out_of_memory(search(o, {})) == 0);
  o.refuse = 1;
  const Outcome outcome = search(o, {});
  CHECK(outcome.violations.empty());
  CHECK(outcome.executions == 100);
  CHECK(times_out_of_memory(outcome) > 0);
}

TEST_CASE("out of memory without a refusal is a violation") {
  Options o = search_of("span-growth", "random");
  o.params = {{"blocks", 1000}, {"block_bytes", 1 << 20}};
  o.executions_max = 1;
  const Outcome outcome = search(o, {});
  REQUIRE(outcome.violations.size() == 1);
  CHECK(outcome.violations[0].invariant == "runtime.out_of_memory");
}

}  // namespace
}  // namespace cli
