// Which executions the audit chooses. What it finds is scripts/check_audit.
#include "cli/audit.h"

#include <doctest/doctest.h>

#include "cli/search.h"
#include "cli/session.h"
#include "cli/test_options.h"

namespace cli {
namespace {

// Executions of those that are audited, of `count`, each `steps` long, of which `new_steps` are no
// repetition.
std::uint64_t audited(std::uint64_t interval, std::uint64_t count, std::uint64_t steps,
                      std::uint64_t new_steps, std::uint64_t first_step = 0) {
  Options o = explore_options("leak", "random");
  o.audit = interval;
  Session s;
  Auditor auditor(o, s);
  auditor.begin(first_step);
  std::uint64_t chosen = 0;
  for (std::uint64_t i = 0; i < count; i++) {
    if (auditor.listens()) chosen++;
    auditor.note(steps, new_steps);
  }
  return chosen;
}

TEST_CASE("one execution in N, whatever its length") {
  CHECK(audited(1, 50, 20, 20) == 50);
  CHECK(audited(10, 1000, 20, 20) == 99);
  CHECK(audited(10, 1000, 20000, 20000) == 99);
  CHECK(audited(1000, 1000, 20, 20) == 0);
}

TEST_CASE("steps that were not run again do not count") {
  CHECK(audited(10, 1000, 100, 10) == 9);
  CHECK(audited(1, 50, 100, 10) == 50);
}

TEST_CASE("parts that are shorter than an interval have their share of executions together") {
  std::uint64_t chosen = 0;
  for (std::uint64_t part = 0; part < 100; part++)
    chosen += audited(100, 30, 1000, 1000, part * 30000);
  CHECK(chosen >= 20);
  CHECK(chosen <= 30);
}

TEST_CASE("an audit that cannot be carried out is an error if it was asked for") {
  Options o = explore_options("leak", "dfs");
  o.audit = 1;
  o.audit_given = true;
  const Outcome outcome = search(o, {});
  CHECK(outcome.error.find("--audit: this executable does not run again") == 0);
  o.audit_given = false;
  const Outcome without = search(o, {});
  CHECK(without.error == "");
  CHECK(without.audited == 0);
  CHECK(without.executions == 3);
}

}  // namespace
}  // namespace cli
