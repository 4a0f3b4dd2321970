// Programs with other orders than those written: what the mutants relax is needed, and what is no
// order is refused.
#include "cli/order_rules.h"

#include <doctest/doctest.h>

#include "cli/kill.h"
#include "cli/search.h"
#include "cli/session.h"
#include "cli/test_options.h"

namespace {

struct OfMutant {
  const char* mutant;
  const char* function;
  sim::AtomicKind kind;
  const char* written;
};

// The site of that operation in that function.
std::string place_of(const OfMutant& m, const cli::Options& o) {
  cli::Options listing = o;
  listing.explorer = "random";
  listing.executions_max = 200;
  listing.keep_sites = true;
  const cli::Outcome outcome = cli::search(listing, {});
  REQUIRE(outcome.error == "");
  for (const sim::OrderSite& site : outcome.sites) {
    const bool same = site.function == m.function && site.kind == m.kind;
    if (same && sim::spell(site.kind, site.written) == m.written) return site.place();
  }
  FAIL("no such site: ", m.function);
  return "";
}

// What each of them relaxes, it says in the source; here the source is as it is.
constexpr OfMutant of_mutants[] = {
    {"lfstack-relaxed-cas", "swap_head", sim::AtomicKind::swap, "seq_cst/seq_cst"},
    {"runqput-release", "publish_tail", sim::AtomicKind::store, "seq_cst"},
    {"publication-order", "store_word", sim::AtomicKind::store, "release"},
    {"note-not-a-barrier", "notewakeup_futex", sim::AtomicKind::update, "seq_cst"},
    {"span-state-before-sweepgen-relaxed", "start_using", sim::AtomicKind::store, "release"},
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
      o.weaken = {place_of(m, o)};
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
