// Estimates of searches whose size is known.
#include "cli/estimate.h"

#include <doctest/doctest.h>

#include <cmath>

#include "cli/search.h"
#include "cli/test_options.h"

namespace {

cli::Estimate estimate_of(const char* explorer, const char* scenario, const char* memory_model,
                          bool awaits) {
  cli::Options o = cli::explore_options(scenario, explorer, memory_model);
  o.awaits = awaits;
  o.estimate = 3000;
  cli::Estimate result;
  REQUIRE(cli::estimate(o, &result) == "");
  return result;
}

void check(const cli::Estimate& e, double executions) {
  CHECK(e.probes == 3000);
  CHECK(e.limits.empty());
  CHECK(std::abs(e.executions - executions) <= 4 * e.standard_error);
  CHECK(e.standard_error < 0.1 * executions);
}

TEST_CASE("the size of a search is estimated within its error") {
  check(estimate_of("dfs", "lfstack", "sc", false), 13344);
  check(estimate_of("dpor", "lfstack", "sc", false), 46);
  check(estimate_of("dpor", "lfstack", "sc", true), 22);
}

TEST_CASE("an estimate agrees with the search behind it") {
  for (const char* explorer : {"dfs", "dpor"}) {
    cli::Options o = cli::explore_options("store-buffering", explorer, "tso");
    o.params = {{"fence", 1}};
    o.estimate = 2000;
    const cli::Outcome outcome = cli::search(o, {});
    REQUIRE(outcome.error == "");
    REQUIRE(outcome.coverage == model::Coverage::exhausted);
    REQUIRE(outcome.estimate);
    CAPTURE(explorer);
    CHECK(std::abs(outcome.estimate->executions - static_cast<double>(outcome.executions)) <=
          4 * outcome.estimate->standard_error);
  }
}

TEST_CASE("an estimate for another explorer is refused") {
  cli::Options o = cli::explore_options("lfstack", "random");
  o.estimate = 10;
  CHECK(cli::search(o, {}).error.find("--estimate") == 0);
}

}  // namespace
