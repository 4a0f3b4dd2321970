// The portfolio: what it proves, what it finds, and that what it finds can be repeated although its
// members do not treat waiting threads alike.
#include "model/portfolio.h"

#include <doctest/doctest.h>

#include <map>

#include "cli/kill.h"
#include "cli/recording.h"
#include "cli/session.h"
#include "cli/test_folder.h"
#include "cli/test_options.h"
#include "traces/file.h"

namespace {

TEST_CASE("the portfolio proves what one of its members proves") {
  for (const char* memory_model : {"sc", "tso"}) {
    for (const char* scenario : {"lfstack", "lfstack-aba", "mutex", "note"}) {
      CAPTURE(scenario);
      CAPTURE(memory_model);
      const cli::Outcome outcome =
          cli::search(cli::explore_options(scenario, "portfolio", memory_model), {});
      CHECK(outcome.error == "");
      CHECK(outcome.violations.empty());
      CHECK(outcome.coverage == model::Coverage::exhausted);
    }
  }
  cli::Options o = cli::explore_options("counter", "portfolio");
  o.params = {{"threads", 7}};
  CHECK(cli::search(o, {}).coverage == model::Coverage::sampled);
  o = cli::explore_options("lfstack", "portfolio");
  o.checkers = {"none"};  // not for those that reduce
  o.executions_max = 3000;
  CHECK(cli::search(o, {}).coverage == model::Coverage::sampled);
}

TEST_CASE("every member gets turns, and those that enumerate go on where they were") {
  cli::Options o = cli::explore_options("counter", "portfolio");
  o.params = {{"threads", 7}};
  cli::Session s;
  REQUIRE(s.set_up(o, {}) == "");
  auto& portfolio = dynamic_cast<model::Portfolio&>(*s.explorer);
  std::map<std::string, int> executions;
  int switches = 0, unfair = 0, redundant = 0;
  std::string latest;
  while (const auto depth = portfolio.next_execution()) {
    s.machine.execute(*depth);
    REQUIRE(s.machine.violations.empty());
    switches += latest != portfolio.member() ? 1 : 0;
    latest = portfolio.member();
    executions[latest]++;
    unfair += s.machine.fair ? 0 : 1;
    CHECK(s.machine.fair == (latest != "dpor"));
    if (latest == "dpor" && !portfolio.last_execution_was_new()) redundant++;
  }
  CHECK(executions.size() == 7);
  for (const auto& member : executions) {
    CAPTURE(member.first);
    CHECK(member.second > 20);
  }
  CHECK(switches > 30);
  CHECK(unfair == executions["dpor"]);
  CHECK(redundant == 0);
}

// Mutants of several kinds: the lock-free stack, marking, sweeping, locks, specials, waiting.
TEST_CASE("the portfolio finds mutants quickly, and each failing execution repeats") {
  const cli::TestFolder folder;
  const std::pair<const char*, std::uint64_t> subset[] = {
      {"lfstack-no-count", 500},   {"workbuf-leak", 500},
      {"stale-wbuf-return", 500},  {"mark-nonatomic-one-word", 500},
      {"checkmark-xor", 500},      {"sweepgen-cas-dropped", 2000},
      {"finq-unlocked", 2000},     {"specials-lock-order", 500},
      {"parfor-steal-race", 2000},
  };
  for (const auto& [mutant_id, limit] : subset) {
    const char* id = mutant_id;  // clang 14 captures no structured bindings
    for (const char* memory_model : {"sc", "tso"}) {
      CAPTURE(id);
      CAPTURE(memory_model);
      const scenarios::Mutant& mutant = *cli::find_mutant(id);
      cli::Options o = cli::search_for(cli::explore_options("", "portfolio"), mutant, memory_model);
      o.explorer = "portfolio";
      o.executions_max = limit;
      o.shrink = false;
      cli::Outcome outcome = cli::search(o, {});
      REQUIRE(outcome.error == "");
      REQUIRE(outcome.violations.size() == 1);
      CHECK(cli::judge(mutant, outcome.violations[0].invariant, memory_model) == cli::Kill::killed);
      const std::string path = folder.path("t.trace");
      REQUIRE(cli::write_failure(o, outcome, path) == cli::exit_violation);
      const auto trace = traces::read_trace_file(path);
      REQUIRE(trace);
      const cli::Outcome again = cli::search(cli::options_of(*trace, o), trace->choices);
      CHECK(again.divergence == "");
      REQUIRE(again.violations.size() == 1);
      CHECK(again.violations[0].invariant == outcome.violations[0].invariant);
    }
  }
}

TEST_CASE("the same command gives the same search") {
  for (const char* memory_model : {"sc", "tso"}) {
    cli::Options o = cli::explore_options("sweep-alloc", "portfolio", memory_model);
    o.executions_max = 300;
    const cli::Outcome once = cli::search(o, {});
    const cli::Outcome twice = cli::search(o, {});
    CHECK(once.violations.empty());
    CHECK(once.hash == twice.hash);
    CHECK(once.steps == twice.steps);
  }
}

}  // namespace
