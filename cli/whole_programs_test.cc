// What the scenarios that are whole programs find of planted bugs.
#include <doctest/doctest.h>

#include "cli/search.h"

namespace cli {
namespace {

Outcome sample(const std::string& scenario, const std::string& mutant, const std::string& checker) {
  Options o;
  o.command = "explore";
  o.subject = scenario;
  o.explorer = "pos";
  o.executions_max = 100;
  if (!mutant.empty()) o.mutants = {mutant};
  if (!checker.empty()) o.checkers = {checker};
  return search(o, {});
}

void check_found(const std::string& scenario, const std::string& mutant,
                 const std::string& invariant, const std::string& checker = "") {
  CAPTURE(mutant);
  const Outcome outcome = sample(scenario, mutant, checker);
  CHECK(outcome.error == "");
  REQUIRE(outcome.violations.size() == 1);
  CHECK(outcome.violations[0].invariant == invariant);
}

TEST_CASE("binary-trees finds what is wrong with barriers, stacks and colours") {
  CHECK(sample("binary-trees", "", "").violations.empty());
  check_found("binary-trees", "wb-absent", "mark.no_black_to_white");
  check_found("binary-trees", "wb-deletion-only", "mark.no_black_to_white");
  check_found("binary-trees", "stack-not-rescanned", "mark.exact");
  check_found("binary-trees", "alloc-white-markterm", "alloc.colour");
  check_found("binary-trees", "scan-running-goroutine", "memory.no_data_race");
}

TEST_CASE("server finds what is wrong with stacks, finalizers and system calls") {
  CHECK(sample("server", "", "").violations.empty());
  check_found("server", "stack-not-rescanned", "mark.exact");
  check_found("server", "stack-not-rescanned", "heap.no_use_after_free", "none");
  check_found("server", "alloc-white-markterm", "alloc.colour");
  check_found("server", "finalizer-set-during-mark", "mark.exact");
  check_found("server", "dropped-special", "runtime.throw", "none");  // it waits for its finalizers
  check_found("server", "exitsyscall-stale-mcache", "runtime.throw");
  check_found("server", "stack-split-in-gsyscall", "sched.g_status");
}

}  // namespace
}  // namespace cli
