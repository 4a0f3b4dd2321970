// Traces of failures, their replay, and the comparison of two runs, through the commands.
#include "cli/recording.h"

#include <doctest/doctest.h>

#include "cli/ci_reports.h"
#include "cli/commands.h"
#include "cli/repeat.h"
#include "cli/test_folder.h"
#include "traces/file.h"

namespace cli {
namespace {

Options dfs(const char* scenario, const char* mutant = nullptr) {
  Options o;
  o.command = "explore";
  o.subject = scenario;
  o.explorer = "dfs";
  o.json = true;  // one line in the log of the test
  if (mutant != nullptr) o.mutants = {mutant};
  return o;
}

Options replay_of(const std::string& trace) {
  Options o;
  o.command = "replay";
  o.subject = trace;
  o.json = true;
  return o;
}

TEST_CASE("a failure is recorded with its events and replays") {
  const TestFolder folder;
  for (const char* memory_model : {"sc", "tso"}) {
    Options o = dfs("lfstack-aba", "lfstack-no-count");
    o.memory_model = memory_model;
    o.trace = folder.path(memory_model);
    CHECK(explore(o) == exit_violation);
    const auto trace = traces::read_trace_file(o.trace);
    REQUIRE(trace);
    CHECK(recorded_invariant(*trace) == "lfstack.multiset");
    CHECK(trace->choices.size() > 3);
    CHECK(trace->events.size() >= 3);
    CHECK(replay(replay_of(o.trace)) == exit_violation);
  }
}

TEST_CASE("a header with fields of another kind is refused") {
  const TestFolder folder;
  Options o = dfs("lfstack-aba", "lfstack-no-count");
  o.trace = folder.path("t");
  REQUIRE(explore(o) == exit_violation);
  const auto original = traces::read_trace_file(o.trace);
  REQUIRE(original);
  CHECK(header_problem(*original) == "");
  const std::pair<const char*, boost::json::value> wrong[] = {
      {"procs", -1},
      {"procs", std::int64_t{1} << 40},
      {"spurious", "many"},
      {"awaits", 1},
      {"params", boost::json::object{{"pushes", ~std::uint64_t{0}}}},
      {"tuning", boost::json::object{{"ncpu", -1}}},
  };
  for (const auto& [name, value] : wrong) {
    traces::Trace changed = *original;
    changed.header[name] = value;
    REQUIRE(traces::write_trace(o.trace, changed));
    CHECK(header_problem(changed) != "");
    CHECK(replay(replay_of(o.trace)) == exit_usage);
  }
}

TEST_CASE("a replay is watched by the checkers of the record") {
  const TestFolder folder;
  Options o = dfs("sweep-two-cycles", "dropped-type-bits");
  o.explorer = "random";
  o.checkers = {"heap-no-use-after-free"};
  o.trace = folder.path("t");
  REQUIRE(explore(o) == exit_violation);
  CHECK(replay(replay_of(o.trace)) == exit_violation);
}

TEST_CASE("a replay that leaves the record says so") {
  const TestFolder folder;
  Options o = dfs("lfstack-aba", "lfstack-no-count");
  o.trace = folder.path("t");
  REQUIRE(explore(o) == exit_violation);
  const auto original = traces::read_trace_file(o.trace);
  REQUIRE(original);

  traces::Trace changed = *original;
  changed.events[0].b += 64;
  REQUIRE(traces::write_trace(o.trace, changed));
  CHECK(replay(replay_of(o.trace)) == exit_diverged);

  changed = *original;
  changed.choices[0].options += 1;
  REQUIRE(traces::write_trace(o.trace, changed));
  CHECK(replay(replay_of(o.trace)) == exit_diverged);

  changed = *original;
  changed.header["mutants"] = boost::json::array{};
  REQUIRE(traces::write_trace(o.trace, changed));
  CHECK(replay(replay_of(o.trace)) == exit_diverged);

  changed = *original;
  changed.header["scenario"] = "lfstak";
  REQUIRE(traces::write_trace(o.trace, changed));
  CHECK(replay(replay_of(o.trace)) == exit_usage);
}

TEST_CASE("a trace that cannot be written is an error") {
  Options o = dfs("canary");
  o.trace = "/proc/no/such/folder/t";
  CHECK(explore(o) == exit_usage);
}

TEST_CASE("two searches of a deterministic program are equal, and time shows") {
  Options o = dfs("lfstack");
  o.twice = true;
  CHECK(repeat(o, search(o, {})) == "");
  o = dfs("leak");
  o.params = {{"cause", 2}};
  o.twice = true;
  const std::string difference = repeat(o, search(o, {}));
  CHECK(difference.find("execution 1 differs: event 1 was user(") != std::string::npos);
  CHECK(explore(o) == exit_diverged);
}

TEST_CASE("a search that ran out of time is never exhausted") {
  Options o = dfs("lfstack");
  o.params = {{"threads", 3}, {"rounds", 3}};
  o.time_limit = 0.01;
  const Outcome outcome = search(o, {});
  CHECK(outcome.coverage == model::Coverage::inconclusive);
  REQUIRE(outcome.limits.size() == 1);
  CHECK(outcome.limits[0] == "time_limit=0.01 s");
}

TEST_CASE("event records: the first difference") {
  const std::vector<traces::EventRecord> a = {{1, 0, 1, 2, 3}, {2, 1, 4, 5, 6}};
  auto b = a;
  CHECK(first_difference(a, b) == "");
  b[1].c = 7;
  CHECK(first_difference(a, b) ==
        "event 2 was alloc_slot(0x4, 0x5, 0x6) of thread 1 and is alloc_slot(0x4, 0x5, 0x7) of "
        "thread 1");
  b.pop_back();
  CHECK(first_difference(a, b) == "there were 2 events and are 1");
}

TEST_CASE("reports for CI name the violation and its lines") {
  const Options o = dfs("data-race");
  const Outcome outcome = search(o, {});
  const std::string junit = junit_of(o, outcome);
  CHECK(junit.find("failures=\"1\"") != std::string::npos);
  CHECK(junit.find("<failure type=\"memory.no_data_race\"") != std::string::npos);
  const std::string sarif = sarif_of(o, outcome);
  CHECK(sarif.find("\"uri\":\"scenarios/data_race.cc\"") != std::string::npos);
  const Options clean = dfs("lfstack");
  CHECK(junit_of(clean, search(clean, {})).find("failures=\"0\"") != std::string::npos);
}

}  // namespace
}  // namespace cli
