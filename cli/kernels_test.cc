// Every scenario on every simulated kernel.
#include "sim/kernels.h"

#include <doctest/doctest.h>

#include "cli/kill.h"
#include "cli/search.h"
#include "cli/session.h"
#include "cli/test_options.h"
#include "cli/test_program_runs.h"
#include "cli/test_searches.h"

namespace {

using scenarios::Verdict;

bool is_default(const char* kernel) { return kernel == std::string(cli::default_kernel); }

void check_search(const scenarios::Search& search, const char* kernel, const char* memory_model) {
  const bool sc = memory_model == std::string("sc");
  if ((sc ? search.sc : search.tso).verdict == Verdict::violation) return;
  const std::string line = std::string(search.scenario) + " " + search.params + " " +
                           search.tuning + " " + memory_model + " on " + kernel;
  CAPTURE(line);
  cli::Options o = test_searches::options_for(search, memory_model, {Verdict::sampled, 20});
  o.kernel = kernel;
  const cli::Outcome outcome = cli::search(o, {});
  CHECK(outcome.error == "");
  CHECK(outcome.violations.empty());
}

TEST_CASE("correct scenarios violate nothing, whatever the kernel") {
  for (const auto& kernel : sim::kernels()) {
    if (is_default(kernel.name)) continue;  // scenarios_test.cc
    for (std::uint32_t i = 0; i < tricolor_scenarios.search_count; i++) {
      for (const char* memory_model : {"sc", "tso"}) {
        check_search(tricolor_scenarios.searches[i], kernel.name, memory_model);
      }
    }
  }
}

struct WithInput {
  const char* scenario;
  const char* input;
  std::uint64_t executions;
};
// No line of the table has an input.
constexpr WithInput with_input[] = {
    {"mutator-program", cli::mutator_sample, 20},
    {"heap-dump", "traces/samples/jsonsrv.dump.zst", 1},
};

TEST_CASE("what is read runs on every kernel") {
  for (const auto& kernel : sim::kernels()) {
    for (const WithInput& what : with_input) {
      const std::string line = std::string(what.scenario) + " on " + kernel.name;
      CAPTURE(line);
      cli::Options o = cli::explore_options(what.scenario, "random");
      o.kernel = kernel.name;
      o.input = what.input;
      o.executions_max = what.executions;
      const cli::Outcome outcome = cli::search(o, {});
      CHECK(outcome.error == "");
      CHECK(outcome.violations.empty());
    }
  }
}

void check_mutant(const scenarios::Mutant& mutant, const char* kernel, const char* memory_model) {
  if (cli::is_expected_silent(mutant, memory_model)) return;
  const std::string line = std::string(mutant.id) + " " + memory_model + " on " + kernel;
  CAPTURE(line);
  cli::Options o = cli::search_for({}, mutant, memory_model);
  o.kernel = kernel;
  const cli::Outcome outcome = cli::search(o, {});
  REQUIRE(outcome.violations.size() == 1);
  const std::string& invariant = outcome.violations[0].invariant;
  CHECK(cli::judge(mutant, invariant, memory_model) == cli::Kill::killed);
}

TEST_CASE("what is planted in the poller dies on every kernel") {
  for (const auto& kernel : sim::kernels()) {
    for (std::uint32_t i = 0; i < tricolor_scenarios.mutant_count; i++) {
      const scenarios::Mutant& mutant = tricolor_scenarios.mutants[i];
      if (mutant.scenario != std::string("netpoll") || is_default(kernel.name)) continue;
      for (const char* memory_model : {"sc", "tso"}) {
        check_mutant(mutant, kernel.name, memory_model);
      }
    }
  }
}

TEST_CASE("a kernel is what its runtime is built for") {
  cli::Options o = cli::explore_options("mutex", "random");
  o.kernel = "openbsd";
  o.tuning = {{"lock_flavour", 0}};
  CHECK(cli::search(o, {}).error == "openbsd has no futexes: it takes --tuning lock_flavour=1");
  o.kernel = "plan9";
  CHECK(cli::search(o, {}).error.find("unknown kernel 'plan9'") == 0);
}

}  // namespace
