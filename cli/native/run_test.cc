// Tests of native runs: known figures of real heaps, a violation, unusable parameters.
#include "cli/native/run.h"

#include <doctest/doctest.h>

#include <csignal>
#include <filesystem>

namespace cli::native {
namespace {

const std::string dumps = "/work/shared/data/heapdumps/";

Options options_for(const std::string& scenario) {
  Options o;
  o.command = "native";
  o.subject = scenario;
  return o;
}

Outcome run_named(const Options& o) { return run(o, *find_scenario(o.subject)); }

std::int64_t result(const Outcome& outcome, const std::string& name) {
  for (const auto& [known, value] : outcome.results) {
    if (known == name) return value;
  }
  return -1;
}

void check_heap(const std::string& file, std::uint32_t procs, std::int64_t objects,
                std::int64_t bytes) {
  Options o = options_for("heap-dump");
  o.input = dumps + file;
  o.procs = procs;
  if (!std::filesystem::exists(o.input)) {
    MESSAGE("not checked: there is no " << o.input);
    return;
  }
  const Outcome outcome = run_named(o);
  CHECK(outcome.error == "");
  CHECK(outcome.invariant == "");
  CHECK(outcome.executions == 1);
  CHECK(result(outcome, "objects_marked") == objects);
  CHECK(result(outcome, "object_bytes_marked") == bytes);
  CHECK(result(outcome, "objects_swept") == result(outcome, "objects_loaded") - objects);
  CHECK(result(outcome, "checkmark_passes") == 1);
}

}  // namespace

TEST_CASE("real heaps keep exactly what is reachable, with one and two threads") {
  for (const std::uint32_t procs : {1u, 2u}) {
    check_heap("jsonsrv.dump.zst", procs, 4533, 483768);
    check_heap("ast-fmt.dump.zst", procs, 46287, 1919752);
  }
}

TEST_CASE("a heap that is small enough to be part of the sources") {
  Options o = options_for("heap-dump");
  o.input = "traces/corpus/heap_dump/small";
  const Outcome outcome = run_named(o);
  CHECK(outcome.error == "");
  CHECK(outcome.invariant == "");
  CHECK(result(outcome, "objects_marked") >= 1);
}

TEST_CASE("a real program's allocations, with one and two threads") {
  Options o = options_for("alloc-trace");
  o.input = "/work/shared/data/alloctraces/alloc-jsonsrv.txt.zst";
  if (!std::filesystem::exists(o.input)) return;
  for (const std::uint32_t procs : {1u, 2u}) {
    o.procs = procs;
    const Outcome outcome = run_named(o);
    CHECK(outcome.error == "");
    CHECK(outcome.invariant == "");
    CHECK(result(outcome, "collections") >= 1);
    CHECK(result(outcome, "live_objects_end") ==
          result(outcome, "allocations") - result(outcome, "frees"));
  }
}

TEST_CASE("lock-free stack and counter, many times") {
  Options o = options_for("lfstack");
  o.params = {{"threads", 3}, {"rounds", 10000}};
  o.runs = 5;
  Outcome outcome = run_named(o);
  CHECK(outcome.invariant == "");
  CHECK(outcome.executions == 5);
  outcome = run_named(options_for("counter"));
  CHECK(outcome.invariant == "");
  CHECK(outcome.executions == 1);
}

TEST_CASE("a broken invariant ends the run with its name") {
  scenarios::Scenario breaks = *find_scenario("counter");
  breaks.finish = [](scenarios::Env&) { scenarios::require(false, "test.broken", "on purpose"); };
  Options o = options_for("counter");
  o.runs = 3;
  Outcome outcome = run(o, breaks);
  CHECK(outcome.invariant == "test.broken");
  CHECK(outcome.message == "on purpose");
  CHECK(outcome.executions == 0);
  breaks.finish = [](scenarios::Env&) { std::raise(SIGKILL); };
  CHECK(run(o, breaks).invariant == "runtime.fault");
}

TEST_CASE("a run that cannot start says why") {
  Options o = options_for("lfstack");
  o.params = {{"depth", 1}};
  CHECK(run_named(o).error != "");
  CHECK(run_named(options_for("heap-dump")).error != "");
  o = options_for("counter");
  o.input = "anything";
  CHECK(run_named(o).error != "");
  o.input = "";
  o.procs = 0;
  CHECK(run_named(o).error != "");
}

}  // namespace cli::native
