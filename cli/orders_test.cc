// The order advisor, on programs whose answers are known.
#include <doctest/doctest.h>

#include "cli/advice.h"
#include "cli/recording.h"
#include "cli/search.h"
#include "cli/test_folder.h"

namespace {

using cli::Advice;
using cli::Need;

cli::Options options_of_shape(std::int64_t shape, const char* model) {
  cli::Options o;
  o.command = "orders";
  o.subject = "known-orders";
  o.memory_model = model;
  o.params = {{"shape", shape}};
  return o;
}

// "KIND VERDICT WEAKEST-SILENT" for each site, in the order of lines.
std::string summary_of(const Advice& a) {
  std::string text;
  for (const cli::SiteAdvice& s : a.sites) {
    text += std::string(text.empty() ? "" : ", ") + sim::name_of(s.site.kind) + " " +
            cli::name_of(s.need());
    if (s.need() == Need::stronger) {
      text += " " + sim::spell(s.site.kind, s.weakest_silent()->orders);
    }
  }
  return text;
}

std::string spell(const Advice& a, const std::vector<cli::Change>& changes) {
  std::string text;
  for (const cli::Change& change : changes) {
    const sim::AtomicKind kind = a.sites[change.site].site.kind;
    text += std::string(text.empty() ? "" : ", ") + sim::name_of(kind) + " " +
            sim::spell(kind, change.orders);
  }
  return text;
}

struct Known {
  std::int64_t shape;
  const char* model;
  const char* summary;
};
// armv8 and power: a release store is as strong as a sequentially consistent one to their
// compilers, and no weaker order is enough, or the fence before the load is all that is needed.
constexpr Known known[] = {
    {0, "rc11", "store needed, load needed"},
    {0, "armv8", "store needed, load needed"},
    {0, "power", "store needed, load needed"},
    {0, "tso", "store not_needed, load not_needed"},
    {1, "rc11", "store stronger_than_needed release, load stronger_than_needed acquire"},
    {2, "rc11", "store needed, load needed"},
    {2, "tso", "store needed, load not_needed"},
    {2, "armv8", "store stronger_than_needed release, load needed"},
    {2, "power", "store not_needed, load needed"},
    {3, "rc11", "store relaxed, fence needed, load relaxed"},
    {3, "tso", "store relaxed, fence needed, load relaxed"},
    {3, "armv8", "store relaxed, fence stronger_than_needed release, load relaxed"},
    {3, "power", "store relaxed, fence needed, load relaxed"},
    {6, "rc11", "swap needed, swap needed"},
};

TEST_CASE("programs whose orders are known") {
  for (const Known& k : known) {
    CAPTURE(k.shape);
    CAPTURE(k.model);
    const Advice a = cli::advise(options_of_shape(k.shape, k.model));
    CHECK(a.error == "");
    CHECK(a.as_written.is_silent());
    CHECK(summary_of(a) == k.summary);
    for (const cli::SiteAdvice& s : a.sites) {
      for (const cli::Trial& t : s.trials) {
        if (!t.is_silent()) continue;
        CHECK(static_cast<model::Coverage>(t.row.coverage) == model::Coverage::exhausted);
      }
    }
  }
}

TEST_CASE("what is silent alone is not always silent together") {
  const Advice one = cli::advise(options_of_shape(1, "rc11"));
  CHECK(one.together.all.is_silent());
  CHECK(spell(one, one.together.kept) == "store release, load acquire");
  const Advice twice = cli::advise(options_of_shape(7, "rc11"));
  CHECK(summary_of(twice) ==
        "store not_needed, store not_needed, load not_needed, load not_needed");
  CHECK(!twice.together.all.is_silent());
  CHECK(twice.together.of_kept.is_silent());
  CHECK(spell(twice, twice.together.kept) == "store relaxed, load relaxed");
}

TEST_CASE("missing orders are found, alone or together") {
  const Advice both = cli::advise(options_of_shape(4, "rc11"));
  CHECK(both.error == "");
  CHECK(std::string(both.as_written.row.invariant) == "memory.no_data_race");
  CHECK(both.missing.strongest.is_silent());
  CHECK(both.missing.alone.empty());
  CHECK(spell(both, both.missing.set) == "store release, load acquire");
  const Advice one = cli::advise(options_of_shape(5, "rc11"));
  CHECK(spell(one, one.missing.alone) == "store release");
  // No order of an atomic access heals a race of plain ones.
  cli::Options o = options_of_shape(0, "rc11");
  o.subject = "data-race";
  o.params = {};
  const Advice none = cli::advise(o);
  CHECK(!none.as_written.is_silent());
  CHECK(!none.missing.strongest.is_silent());
}

TEST_CASE("an execution of a weakened program replays and shrinks") {
  const cli::TestFolder folder;
  cli::Options o = options_of_shape(0, "rc11");
  o.trace = folder.path("traces");
  const Advice a = cli::advise(o);
  REQUIRE(a.sites.size() == 2);
  for (const cli::SiteAdvice& s : a.sites) {
    REQUIRE(s.strongest_breaking() != nullptr);
    const auto trace = traces::read_trace_file(s.strongest_breaking()->trace);
    REQUIRE(trace);
    const cli::Outcome again = cli::search(cli::options_of(*trace, {}), trace->choices);
    CHECK(again.divergence == "");
    REQUIRE(again.violations.size() == 1);
    CHECK(again.violations[0].invariant == "memory.no_data_race");
    // The same choices of the program as written are none of its executions, or pass.
    cli::Options as_written = cli::options_of(*trace, {});
    REQUIRE(as_written.weaken.size() == 1);
    as_written.weaken.clear();
    CHECK(cli::search(as_written, trace->choices).violations.empty());
  }
}

}  // namespace
