// Programs with other orders than those written: what the mutants relax is needed, and what is no
// order is refused.
#include "cli/order_rules.h"

#include <doctest/doctest.h>

#include "cli/kill.h"
#include "cli/search.h"
#include "cli/session.h"
#include "cli/test_options.h"

namespace {

// The site of the one operation of that kind in that function.
std::string place_in(const cli::Options& o, const char* function, sim::AtomicKind kind) {
  cli::Options listing = o;
  listing.explorer = "random";
  listing.executions_max = 200;
  listing.keep_sites = true;
  const cli::Outcome outcome = cli::search(listing, {});
  REQUIRE(outcome.error == "");
  for (const sim::OrderSite& site : outcome.sites) {
    if (site.function == function && site.kind == kind) return site.place();
  }
  FAIL("no such site: ", function);
  return "";
}

struct OfMutant {
  const char* mutant;
  const char* function;
  sim::AtomicKind kind;
};
// What each of them relaxes, it says in the source; here the source is as it is.
constexpr OfMutant of_mutants[] = {
    {"lfstack-relaxed-cas", "swap_head", sim::AtomicKind::swap},
    {"runqput-release", "publish_tail", sim::AtomicKind::store},
    {"publication-order", "store_word", sim::AtomicKind::store},
};

TEST_CASE("what the mutants relax is needed") {
  for (const OfMutant& m : of_mutants) {
    const scenarios::Mutant& mutant = *cli::find_mutant(m.mutant);
    for (const char* model : {"rc11", "armv8", "power"}) {
      CAPTURE(m.mutant);
      CAPTURE(model);
      cli::Options o = cli::search_for({}, mutant, model);
      o.mutants.clear();
      o.params = cli::parse_params(mutant.params);
      o.weaken = {place_in(o, m.function, m.kind)};
      const cli::Outcome outcome = cli::search(o, {});
      CHECK(outcome.error == "");
      REQUIRE(outcome.violations.size() == 1);
      CHECK(cli::names_invariant(mutant, outcome.violations[0].invariant));
    }
  }
}

TEST_CASE("orders that cannot be changed are refused") {
  const auto error_of = [](const char* weaken, const char* strengthen) {
    cli::Options o = cli::explore_options("lfstack", "dfs", "rc11");
    o.executions_max = 50;
    if (*weaken != '\0') o.weaken = {weaken};
    if (*strengthen != '\0') o.strengthen = {strengthen};
    return cli::search(o, {}).error;
  };
  CHECK(error_of("lfstack.cc", "").find("--weaken lfstack.cc: expected FILE:LINE") == 0);
  CHECK(error_of("lfstack.cc:80=weak", "").find("--weaken lfstack.cc:80=weak: expected") == 0);
  CHECK(error_of("lfstack.cc:80:jump", "").find("expected FILE:LINE") != std::string::npos);
  CHECK(error_of("all", "").find("expected FILE:LINE") != std::string::npos);
  CHECK(error_of("lfstack.cc:1", "").find("the program executed no such operation") !=
        std::string::npos);
  CHECK(error_of("", "lfstack.cc:1").find("--strengthen lfstack.cc:1: the program executed") == 0);
  CHECK(error_of("", "all") == "");
}

}  // namespace
