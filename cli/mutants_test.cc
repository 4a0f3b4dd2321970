// What is said of a mutant's death; kills replay; fixes take bugs back.
#include <doctest/doctest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cstddef>
#include <cstring>
#include <iostream>
#include <sstream>

#include "checkers/checkers.h"
#include "cli/commands.h"
#include "cli/kill.h"
#include "cli/recording.h"
#include "cli/session.h"
#include "cli/test_folder.h"

namespace {

TEST_CASE("one mutant needs a wake-up without a cause") {
  for (const char* memory_model : {"sc", "tso"}) {
    CAPTURE(memory_model);
    const scenarios::Mutant& mutant = *cli::find_mutant("semasleep-restart-timeout");
    cli::Options o = cli::search_for({}, mutant, memory_model);
    CHECK(o.spurious == 1);
    CHECK(cli::search(o, {}).violations.size() == 1);
    o.spurious = 0;
    CHECK(cli::search(o, {}).violations.empty());
  }
}

// A rule that no mutant breaks is an obligation that nothing checks. One cannot show: no simulated
// kernel refuses a thread.
TEST_CASE("every rule is broken by a mutant") {
  const runtime_core::Rules right;
  const auto byte = [](const runtime_core::Rules& rules, std::size_t i) {
    return reinterpret_cast<const unsigned char*>(&rules)[i];
  };
  for (std::size_t i = 0; i < sizeof(right); i++) {
    CAPTURE(i);  // the number of the rule, in the order of rules.h
    bool broken = false;
    for (std::uint32_t m = 0; m < tricolor_scenarios.mutant_count; m++) {
      broken = broken || byte(tricolor_scenarios.mutants[m].rules, i) != byte(right, i);
    }
    CHECK(broken != (i == offsetof(runtime_core::Rules, thr_new_checked)));
  }
}

TEST_CASE("a kill replays from its trace file to the same violation") {
  const cli::TestFolder folder;
  for (const char* id : {"lfstack-no-count", "mark-nonatomic-one-word", "sweepdone-means-started",
                         "span-state-before-sweepgen", "spans-dangling", "L03"}) {
    for (const char* memory_model : {"sc", "tso"}) {
      CAPTURE(id);
      CAPTURE(memory_model);
      cli::Options o = cli::search_for({}, *cli::find_mutant(id), memory_model);
      o.shrink = false;
      cli::Outcome found = cli::search(o, {});
      REQUIRE(found.violations.size() == 1);
      const std::string path = folder.path("kill.trace");
      REQUIRE(cli::write_failure(o, found, path) == cli::exit_violation);
      const auto trace = traces::read_trace_file(path);
      REQUIRE(trace);
      CHECK(cli::recorded_invariant(*trace) == found.violations[0].invariant);
      const cli::Outcome again = cli::search(cli::options_of(*trace, {}), trace->choices);
      REQUIRE(again.violations.size() == 1);
      CHECK(again.violations[0].invariant == found.violations[0].invariant);
      CHECK(again.violations[0].message == found.violations[0].message);
      CHECK(again.violations[0].steps == found.violations[0].steps);
      CHECK(again.divergence.empty());
    }
  }
}

TEST_CASE("the fixes of the ladder, all together, take back all that the seed breaks") {
  runtime_core::Rules rules = cli::find_mutant("seed")->rules;
  for (std::uint32_t i = 0; i < tricolor_scenarios.rung_count; i++) {
    const runtime_core::Rules before = rules;
    tricolor_scenarios.rungs[i].fix(rules);
    CAPTURE(tricolor_scenarios.rungs[i].id);
    CHECK(std::memcmp(&before, &rules, sizeof rules) != 0);
  }
  const runtime_core::Rules right;
  CHECK(std::memcmp(&right, &rules, sizeof rules) == 0);
}

TEST_CASE("a fix behind a mutant takes its bugs back") {
  cli::Options o;
  o.command = "explore";
  o.subject = "mark-mutate";
  o.explorer = "random";
  o.executions_max = 100;
  o.params = {{"carve", 1}};
  o.mutants = {"seed"};
  CHECK(cli::search(o, {}).violations.size() == 1);
  o.mutants = {"seed", "fix:free-lists"};
  CHECK(cli::search(o, {}).violations.empty());
  o.mutants = {"seed", "fix:nothing"};
  CHECK(cli::search(o, {}).error.find("fix:nothing") != std::string::npos);
}

TEST_CASE("a vacuous checkmark pass is silent where an oracle is not") {
  const scenarios::Mutant& mutant = *cli::find_mutant("checkmark-vacuous");
  cli::Options o = cli::search_for({}, mutant, "sc");
  o.checkers = {"mark-exact"};
  CHECK(cli::search(o, {}).violations.size() == 1);
  o.checkers = {cli::no_checker};
  const cli::Outcome vacuous = cli::search(o, {});
  CHECK(vacuous.violations.empty());
  CHECK(vacuous.coverage == model::Coverage::bounded);
}

TEST_CASE("a kill by an invariant that the line does not name is no kill") {
  const scenarios::Mutant& mutant = *cli::find_mutant("double-free");
  CHECK(cli::judge(mutant, "alloc.single_owner", "sc") == cli::Kill::killed);
  CHECK(cli::judge(mutant, "alloc.single", "sc") == cli::Kill::wrong);
  CHECK(cli::judge(mutant, "", "sc") == cli::Kill::alive);
  const scenarios::Mutant& control = *cli::find_mutant("L14");
  CHECK(cli::judge(control, "", "sc") == cli::Kill::silent);
  CHECK(cli::judge(control, "alloc.single_owner", "sc") == cli::Kill::loud);
  const scenarios::Mutant& buffered = *cli::find_mutant("ready-sb");
  CHECK(cli::judge(buffered, "", "sc") == cli::Kill::silent);
  CHECK(cli::judge(buffered, "", "tso") == cli::Kill::alive);
  CHECK(!cli::is_as_expected(cli::Kill::wrong));
}

TEST_CASE("the matrix says up to where a checker alone was silent") {
  cli::Options o;
  o.command = "mutants";
  o.subject = "lfstack-no-count";
  o.matrix = o.json = true;
  std::ostringstream text;
  std::streambuf* const out = std::cout.rdbuf(text.rdbuf());
  cli::mutants(o, nullptr);
  std::cout.rdbuf(out);
  const boost::json::value all = boost::json::parse(text.str());
  REQUIRE(all.at("mutants").as_array().size() == 2);
  for (const auto& row : all.at("mutants").as_array()) {
    const auto executions = row.at("executions").to_number<std::uint64_t>();
    CHECK(row.at("alone_executions_max") == std::max<std::uint64_t>(200, 4 * executions));
    CHECK(row.at("checkers").as_array().size() < checkers::checkers().size());
  }
}

}  // namespace
