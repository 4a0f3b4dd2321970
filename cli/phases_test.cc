// gc-phases: the table of what is impossible, what a search reaches, and mutants that it finds.
#include <doctest/doctest.h>

#include "checkers/phase_operations.h"
#include "cli/search.h"
#include "cli/test_options.h"
#include "runtime_core/runtime.h"

namespace {

using checkers::Combination;
using checkers::GcOperation;
using runtime_core::GcPhase;

cli::Options fuzz_phases(std::uint64_t executions) {
  cli::Options o = cli::explore_options("gc-phases", "fuzz");
  o.command = "fuzz";
  o.executions_max = executions;
  return o;
}

bool is_possible(GcPhase phase, std::uint32_t p0, std::uint32_t p1, GcOperation operation) {
  return checkers::why_impossible({phase, operation, 2, {p0, p1}}) == nullptr;
}

TEST_CASE("each combination is possible or has a reason") {
  const checkers::Shadow shadow;
  const std::uint64_t possible[] = {54, 311, 1512};
  std::uint64_t tuples = 1;
  for (std::uint32_t procs = 1; procs <= 3; procs++) {
    CAPTURE(procs);
    const auto figures = checkers::PhaseOperations(shadow, procs, true).figures();
    CHECK(figures.reached == 0);
    CHECK(figures.not_reached.size() == possible[procs - 1]);
    std::uint64_t all = figures.not_reached.size();
    for (const auto& impossible : figures.impossible) {
      CAPTURE(impossible.reason);
      if (procs > 2) CHECK(!impossible.combinations.empty());
      all += impossible.combinations.size();
    }
    tuples *= 5;
    CHECK(all == 7 * tuples * static_cast<std::uint64_t>(GcOperation::count_));
  }
}

TEST_CASE("who collects keeps P 0, and others need one of their own") {
  using namespace runtime_core;
  for (const GcOperation o : {GcOperation::store, GcOperation::allocate, GcOperation::run}) {
    CHECK(is_possible(GcPhase::mark, p_running, p_running, o));
    CHECK(is_possible(GcPhase::mark, p_gcstop, p_running, o));
    CHECK(!is_possible(GcPhase::mark, p_running, p_syscall, o));
    CHECK(!is_possible(GcPhase::mark, p_syscall, p_running, o));
    CHECK(is_possible(GcPhase::sweep, p_syscall, p_running, o));
    CHECK(!is_possible(GcPhase::marktermination, p_gcstop, p_gcstop, o));
  }
  CHECK(is_possible(GcPhase::mark, p_running, p_idle, GcOperation::blacken));
  CHECK(!is_possible(GcPhase::scan, p_running, p_idle, GcOperation::blacken));
  CHECK(is_possible(GcPhase::scan, p_running, p_idle, GcOperation::grey));
  CHECK(is_possible(GcPhase::mark, p_idle, p_gcstop, GcOperation::come_back));
  CHECK(!is_possible(GcPhase::mark, p_running, p_running, GcOperation::sweep));
}

TEST_CASE("fuzz gets into most of them, meets no other, and repeats") {
  const cli::Options o = fuzz_phases(60);
  const cli::Outcome once = cli::search(o, {});
  REQUIRE(once.error == "");
  CHECK(once.violations.empty());
  REQUIRE(once.phases);
  CHECK(once.phases->reached > 200);
  CHECK(once.phases->reached + once.phases->not_reached.size() == 311);
  REQUIRE(once.fuzz);
  // They are what it looks for, but for what the setup does: it makes main.
  const auto kind = static_cast<std::size_t>(model::FeatureKind::scenario);
  CHECK(once.fuzz->features[kind] + 1 >= once.phases->reached);
  const cli::Outcome twice = cli::search(o, {});
  CHECK(once.hash == twice.hash);
  CHECK(once.phases->reached == twice.phases->reached);
}

TEST_CASE("an early mark and a phase that ends in the middle of a scan are found with each seed") {
  for (const char* mutant : {"unswept-at-mark", "gcphase-flip-running"}) {
    for (std::uint64_t seed = 1; seed <= 3; seed++) {
      CAPTURE(mutant);
      CAPTURE(seed);
      cli::Options o = fuzz_phases(300);
      o.mutants = {mutant};
      o.seed = seed;
      CHECK(cli::search(o, {}).violations.size() == 1);
    }
  }
}

TEST_CASE("what is impossible is not judged where it is possible, or others are to judge") {
  cli::Options o = fuzz_phases(10);
  o.tuning = {{"concurrent_markterm", 1}};
  const cli::Outcome other = cli::search(o, {});
  CHECK(other.violations.empty());
  CHECK(!other.phases);
  o.tuning = {};
  o.mutants = {"unswept-at-mark"};
  o.checkers = {"none"};
  const cli::Outcome unjudged = cli::search(o, {});
  for (const sim::Violation& v : unjudged.violations) {
    CHECK(std::string(v.invariant) != "gc.possible_operation");
  }
  REQUIRE(unjudged.phases);
  CHECK(unjudged.phases->reached > 50);
}

}  // namespace
