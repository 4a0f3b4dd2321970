// Every scenario on every simulated kernel.
#include "sim/kernels.h"

#include <doctest/doctest.h>

#include "cli/search.h"
#include "cli/session.h"
#include "cli/test_options.h"

namespace {

cli::Outcome on_kernel(const char* scenario, const std::string& kernel, const char* memory_model,
                       std::uint64_t executions) {
  cli::Options o = cli::explore_options(scenario, "random", memory_model);
  o.kernel = kernel;
  o.executions_max = executions;
  return cli::search(o, {});
}

TEST_CASE("correct scenarios violate nothing, whatever the kernel") {
  for (const auto& kernel : sim::kernels()) {
    for (std::uint32_t i = 0; i < tricolor_scenarios.search_count; i++) {
      const scenarios::Search& search = tricolor_scenarios.searches[i];
      if (*search.params != '\0' || *search.tuning != '\0') continue;
      for (const char* memory_model : {"sc", "tso"}) {
        const bool sc = memory_model == std::string("sc");
        if ((sc ? search.sc : search.tso).verdict == scenarios::Verdict::violation) continue;
        CAPTURE(search.scenario);
        CAPTURE(kernel.name);
        CAPTURE(memory_model);
        const cli::Outcome outcome = on_kernel(search.scenario, kernel.name, memory_model, 20);
        const bool refused = cli::find_scenario(search.scenario)->needs_linux &&
                             kernel.name != std::string(cli::default_kernel);
        CHECK((outcome.error != "") == refused);
        CHECK(outcome.violations.empty());
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
