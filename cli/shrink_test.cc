// Shrinking through the commands: on every axis, with limits, and always a trace that replays.
#include "cli/shrink.h"

#include <doctest/doctest.h>

#include "cli/commands.h"
#include "cli/recording.h"
#include "cli/test_folder.h"

namespace cli {
namespace {

Options search_of(const char* scenario, const char* mutant, const std::string& trace) {
  Options o;
  o.command = "explore";
  o.subject = scenario;
  o.mutants = {mutant};
  o.json = true;  // one line in the log of the test
  o.trace = trace;
  o.shrink = false;
  return o;
}

Options command(const char* name, const std::string& trace, const std::string& output = "") {
  Options o;
  o.command = name;
  o.subject = trace;
  o.output = output;
  o.json = true;
  return o;
}

Options options_in(const std::string& path) {
  const auto trace = traces::read_trace_file(path);
  REQUIRE(trace);
  return options_of(*trace, {});
}

TEST_CASE("an execution found by chance gets few switches, and replays") {
  const TestFolder folder;
  const std::string big = folder.path("big"), small = folder.path("small");
  Options o = search_of("mark-mutate", "L02", big);
  o.params = {{"one_word", 1}};
  REQUIRE(explore(o) == exit_violation);
  REQUIRE(shrink(command("shrink", big, small)) == exit_violation);
  CHECK(replay(command("replay", small)) == exit_violation);
  const auto trace = traces::read_trace_file(big);
  REQUIRE(trace);
  const Shrunk shrunk =
      shrink_failure(options_of(*trace, {}), trace->choices, recorded_invariant(*trace), small, 0);
  CHECK(shrunk.error == "");
  CHECK(shrunk.before.context_switches > 10);
  CHECK(shrunk.after.context_switches <= 2);
  CHECK(shrunk.limits.empty());
  CHECK(recorded_invariant(*traces::read_trace_file(small)) == recorded_invariant(*trace));
}

TEST_CASE("the program shrinks too: sizes, memory model, tuning, choices of the kernel") {
  const TestFolder folder;
  const std::string path = folder.path("t");
  Options o = search_of("lfstack-aba", "lfstack-no-count", path);
  o.memory_model = "tso";
  o.procs = 4;
  o.spurious = 1;
  o.params = {{"pushes", 3}};
  o.tuning = {{"lfstack_count_bits", 8}};
  o.shrink = true;
  REQUIRE(explore(o) == exit_violation);
  const Options small = options_in(path);
  CHECK(small.memory_model == "sc");
  CHECK(small.procs == 1);
  CHECK(small.spurious == 0);
  CHECK(small.params == decltype(small.params){{"pushes", 1}});
  CHECK(small.tuning.empty());
  CHECK(replay(command("replay", path)) == exit_violation);
}

TEST_CASE("what a weak memory model is needed for keeps it, with the drains that matter") {
  const TestFolder folder;
  const std::string path = folder.path("t");
  Options o = search_of("store-buffering", "lfstack-reread-pushcnt", path);
  o.mutants.clear();
  o.memory_model = "tso";
  REQUIRE(explore(o) == exit_violation);
  const auto trace = traces::read_trace_file(path);
  REQUIRE(trace);
  const Shrunk shrunk =
      shrink_failure(options_of(*trace, {}), trace->choices, recorded_invariant(*trace), path, 0);
  CHECK(options_in(path).memory_model == "tso");
  CHECK(shrunk.after.drains <= 2);  // what is buffered at the end drains in any case
  CHECK(shrunk.after.context_switches == 1);
  CHECK(replay(command("replay", path)) == exit_violation);
}

TEST_CASE("a limit that was hit is reported, and the best so far is kept") {
  const TestFolder folder;
  const std::string big = folder.path("big"), small = folder.path("small");
  REQUIRE(explore(search_of("parfor", "parfor-steal-race", big)) == exit_violation);
  const auto trace = traces::read_trace_file(big);
  REQUIRE(trace);
  const Shrunk shrunk =
      shrink_failure(options_of(*trace, {}), trace->choices, recorded_invariant(*trace), small, 5);
  CHECK(shrunk.executions == 5);
  CHECK(shrunk.limits == std::vector<std::string>{"shrink_executions=5"});
  CHECK(replay(command("replay", small)) == exit_violation);
}

TEST_CASE("a violation of the setup has nothing to shrink but its options") {
  const TestFolder folder;
  const std::string path = folder.path("t");
  Options o = search_of("large-objects", "dropped-span-table", path);
  o.shrink = true;
  REQUIRE(explore(o) == exit_violation);
  CHECK(replay(command("replay", path)) == exit_violation);
}

TEST_CASE("shrinking again gives the same bytes") {
  const TestFolder folder;
  const std::string big = folder.path("big"), a = folder.path("a"), b = folder.path("b");
  REQUIRE(explore(search_of("parfor", "parfor-steal-race", big)) == exit_violation);
  REQUIRE(shrink(command("shrink", big, a)) == exit_violation);
  REQUIRE(shrink(command("shrink", big, b)) == exit_violation);
  CHECK(*traces::read_file(a) == *traces::read_file(b));
}

TEST_CASE("what cannot be shrunk is refused with the reason") {
  const TestFolder folder;
  const std::string path = folder.path("t");
  CHECK(shrink(command("shrink", path, path)) == exit_usage);  // no such file
  REQUIRE(explore(search_of("lfstack-aba", "lfstack-no-count", path)) == exit_violation);
  CHECK(shrink(command("shrink", path)) == exit_usage);  // no output
  CHECK(shrink(command("shrink", path, "/proc/no/such/folder/t")) == exit_usage);
  auto trace = traces::read_trace_file(path);
  REQUIRE(trace);
  trace->header["mutants"] = boost::json::array{};
  REQUIRE(traces::write_trace(path, *trace));
  CHECK(shrink(command("shrink", path, folder.path("out"))) == exit_diverged);
}

}  // namespace
}  // namespace cli
