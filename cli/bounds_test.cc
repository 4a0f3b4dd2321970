// Searches with a bound, reduced, against the same without reduction and against depth-first search
// on random programs: within every bound the same final states and the same violations.
#include <doctest/doctest.h>

#include "cli/search.h"
#include "cli/test_random_programs.h"

namespace {

using cli::explore;
using cli::Found;

struct Sizes {
  std::uint64_t all = 0, reduced = 0;  // executions run, whatever became of them
};

std::uint64_t run_in(const Found& found) {
  return found.complete + found.blocked + found.redundant + found.violating;
}

Sizes compare_bound(cli::Options o, const char* explorer, const Found& all, std::uint32_t bound) {
  o.preemptions = o.delays = bound;
  o.reduction = false;
  const Found plain = explore(o, explorer);
  o.reduction = true;
  const Found reduced = explore(o, explorer);
  CAPTURE(explorer);
  CAPTURE(bound);
  CHECK(reduced.states == plain.states);
  CHECK(reduced.violations == plain.violations);
  if (bound > 2) {
    CHECK(reduced.states == all.states);
    CHECK(reduced.violations == all.violations);
  }
  return {run_in(plain), run_in(reduced)};
}

struct Programs {
  std::int64_t first;
  int count, threads, operations;
  const char* memory_model;
  std::uint64_t spins = 0;  // of a lock that is taken, before it sleeps
};

Sizes compare(const char* explorer, const Programs& programs) {
  Sizes sum;
  for (std::int64_t number = programs.first; number < programs.first + programs.count; number++) {
    CAPTURE(number);
    CAPTURE(programs.threads);
    CAPTURE(programs.operations);
    CAPTURE(programs.memory_model);
    cli::Options o =
        cli::random_program(number, programs.threads, programs.operations, programs.memory_model);
    o.tuning = {{"mutex_active_spin", programs.spins}, {"mutex_passive_spin", programs.spins}};
    const Found all = explore(o, "dfs");
    for (const std::uint32_t bound : {0, 1, 2, 30}) {
      const Sizes sizes = compare_bound(o, explorer, all, bound);
      sum.all += sizes.all;
      sum.reduced += sizes.reduced;
    }
  }
  return sum;
}

constexpr const char* bounded[] = {"delay-bound", "preemption-bound"};

TEST_CASE("a reduced search finds within its bound what the whole one finds: sc") {
  for (const char* explorer : bounded) {
    const Sizes sum = compare(explorer, {11000, 60, 2, 3, "sc"});
    CHECK(sum.reduced * 2 < sum.all);
    compare(explorer, {12000, 40, 2, 4, "sc"});
    compare(explorer, {13000, 40, 3, 2, "sc"});
    compare(explorer, {14000, 20, 2, 3, "sc", 1});
  }
}

TEST_CASE("a reduced search finds within its bound what the whole one finds: tso") {
  for (const char* explorer : bounded) {
    const Sizes sum = compare(explorer, {15000, 60, 2, 2, "tso"});
    CHECK(sum.reduced * 2 < sum.all);
    compare(explorer, {16000, 40, 2, 3, "tso"});
    compare(explorer, {17000, 20, 3, 2, "tso"});
    compare(explorer, {18000, 20, 2, 3, "tso", 1});
  }
}

// Its threads store more than a buffer holds. A store that waits for a slot comes after the drain
// which frees the slot, in every order: taken for a race, each such store doubled the search.
TEST_CASE("full store buffers bring no choices") {
  cli::Options o;
  o.command = "explore";
  o.subject = "mark-mutate";
  o.params = {{"carve", 1}};
  o.memory_model = "tso";
  o.preemptions = 0;
  o.executions_max = 1000;
  o.explorer = "preemption-bound";
  const cli::Outcome outcome = cli::search(o, {});
  CHECK(outcome.violations.empty());
  CHECK(outcome.coverage == model::Coverage::bounded);
}

}  // namespace
