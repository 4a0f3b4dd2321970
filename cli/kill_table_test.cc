// The kill table: what it says of a mutant, and what it refuses.
#include "cli/kill_table.h"

#include <doctest/doctest.h>

#include "cli/kill.h"

namespace {

cli::Options table(const char* mutant, const char* explorers) {
  cli::Options o;
  o.command = "mutants";
  o.subject = mutant;
  o.explorers = explorers;
  o.executions_max = 300;
  o.json = true;
  return o;
}

TEST_CASE("a mutant is dead when one explorer of the list kills it") {
  CHECK(cli::kill_table(table("lfstack-no-count", "portfolio")) == cli::exit_clean);
  cli::Options few = table("lfstack-no-count", "dfs");
  few.executions_max = 10;
  CHECK(cli::kill_table(few) == cli::exit_violation);
  few.explorers = "dfs,dpor";
  CHECK(cli::kill_table(few) == cli::exit_clean);
}

TEST_CASE("a search of the table may be limited by steps instead") {
  cli::Options few = table("lfstack-no-count", "dfs");
  CHECK(cli::kill_table(few) == cli::exit_clean);
  few.step_limit = 100;
  CHECK(cli::kill_table(few) == cli::exit_violation);
}

TEST_CASE("a mutant that is expected to be silent must be") {
  CHECK(cli::kill_table(table("lfstack-reread-pushcnt", "random,dpor")) == cli::exit_clean);
}

TEST_CASE("an explorer that reduces finds what needs a wake-up without a cause") {
  CHECK(cli::kill_table(table("note-sleep-once", "dpor")) == cli::exit_clean);
}

TEST_CASE("unknown explorers and no seeds are refused") {
  CHECK(cli::kill_table(table("lfstack-no-count", "random,no-such")) == cli::exit_usage);
  CHECK(cli::kill_table(table("lfstack-no-count", "replay")) == cli::exit_usage);
  cli::Options none = table("lfstack-no-count", "random");
  none.seeds = 0;
  CHECK(cli::kill_table(none) == cli::exit_usage);
}

}  // namespace
