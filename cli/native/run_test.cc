// Tests of native runs: known figures of real heaps, a violation, unusable parameters.
#include "cli/native/run.h"

#include <doctest/doctest.h>

#include <csignal>

#include "cli/test_folder.h"
#include "cli/test_heap_comparison.h"
#include "traces/test_data.h"

namespace cli::native {
namespace {

const std::string sample = "traces/samples/jsonsrv.dump.zst";

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

struct HeapFigures {
  std::int64_t loaded, marked, marked_bytes, swept;
};

// A heap dump, with one thread and with two.
void check_heap(const std::string& file, const HeapFigures& expected) {
  Options o = options_for("heap-dump");
  o.input = file;
  for (const std::uint32_t procs : {1u, 2u}) {
    CAPTURE(procs);
    o.procs = procs;
    const Outcome outcome = run_named(o);
    CHECK(outcome.error == "");
    CHECK(outcome.invariant == "");
    CHECK(outcome.executions == 1);
    CHECK(result(outcome, "objects_loaded") == expected.loaded);
    CHECK(result(outcome, "objects_marked") == expected.marked);
    CHECK(result(outcome, "object_bytes_marked") == expected.marked_bytes);
    CHECK(result(outcome, "objects_swept") == expected.swept);
    CHECK(result(outcome, "checkmark_passes") == 1);  // it ran, and agreed
  }
}

// An allocation trace, with one thread and with two.
void check_trace(const std::string& file, std::int64_t allocations, std::int64_t frees,
                 std::int64_t collections) {
  Options o = options_for("alloc-trace");
  o.input = file;
  for (const std::uint32_t procs : {1u, 2u}) {
    CAPTURE(procs);
    o.procs = procs;
    const Outcome outcome = run_named(o);
    CHECK(outcome.error == "");
    CHECK(outcome.invariant == "");
    CHECK(result(outcome, "allocations") == allocations);
    CHECK(result(outcome, "frees") == frees);
    CHECK(result(outcome, "frees_unmatched") == 3);
    CHECK(result(outcome, "collections") == collections);
    CHECK(result(outcome, "live_objects_end") == allocations - frees);
  }
}

void collect(const std::string& from, const std::string& to, std::uint32_t procs) {
  Options o = options_for("heap-dump");
  o.input = from;
  o.output = to;
  o.procs = procs;
  const Outcome outcome = run_named(o);
  REQUIRE(outcome.error == "");
  CHECK(outcome.invariant == "");
}

// Dump, load, collect, dump: what is reachable, as the same graph; twice, as all of it.
void check_survivors(const std::string& file) {
  const TestFolder folder;
  const std::string once = folder.path("once"), twice = folder.path("twice");
  for (const std::uint32_t procs : {1u, 2u}) {
    CAPTURE(procs);
    collect(file, once, procs);
    collect(once, twice, procs);
    const auto original = graph_of(file), first = graph_of(once), second = graph_of(twice);
    CHECK(differences(original, first, traces::reachable(original).marked) == 0);
    CHECK(first.finalizers.size() == original.finalizers.size());
    CHECK(differences(first, second, std::vector<bool>(first.objects(), true)) == 0);
    CHECK(traces::reachable(second).objects == second.objects());
  }
}

}  // namespace

TEST_CASE("jsonsrv: 4533 objects are kept, the 581 others swept") {
  check_heap(sample, {5114, 4533, 483768, 581});
  check_survivors(sample);
}

TEST_CASE("ast-fmt: every object is kept") {
  TRICOLOR_SHARED_DATA(file, "heapdumps/ast-fmt.dump.zst");
  check_heap(file, {46287, 46287, 1919752, 0});
  check_survivors(file);
}

TEST_CASE("alloc-ast: 58825 allocations, 10710 frees, 2 collections") {
  TRICOLOR_SHARED_DATA(file, "alloctraces/alloc-ast.txt.zst");
  check_trace(file, 58825, 10710, 2);
}

TEST_CASE("alloc-jsonsrv: 44418 allocations, 40598 frees, 195 collections") {
  TRICOLOR_SHARED_DATA(file, "alloctraces/alloc-jsonsrv.txt.zst");
  check_trace(file, 44418, 40598, 195);
}

// The observer must be able to fail: a root that the program never stored loses objects.
TEST_CASE("an object that the collector cannot see is reported as lost") {
  Options o = options_for("heap-dump");
  o.input = sample;
  o.params = {{"forget_roots", 1}};
  for (const std::uint32_t procs : {1u, 2u}) {
    o.procs = procs;
    const Outcome outcome = run_named(o);
    CHECK(outcome.executions == 0);
    CHECK(outcome.invariant == "mark.exact");
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

// Whatever passes in the simulator passes here: the same parameters, once.
TEST_CASE("every search that must pass, natively") {
  std::uint32_t ran = 0;
  for (std::uint32_t i = 0; i < tricolor_scenarios.search_count; i++) {
    const scenarios::Search& search = tricolor_scenarios.searches[i];
    const bool fails = search.sc.verdict == scenarios::Verdict::violation ||
                       search.tso.verdict == scenarios::Verdict::violation;
    if (fails || search.tuning[0] != '\0') continue;  // natively tuning is constant
    CAPTURE(search.scenario);
    CAPTURE(search.params);
    Options o = options_for(search.scenario);
    o.params = parse_params(search.params);
    const Outcome outcome = run_named(o);
    CHECK(outcome.error == "");
    CHECK(outcome.invariant == "");
    ran++;
  }
  CHECK(ran > 50);
}

TEST_CASE("a run that cannot start says why") {
  Options o = options_for("lfstack");
  o.params = {{"depth", 1}};
  CHECK(run_named(o).error != "");
  CHECK(run_named(options_for("heap-dump")).error != "");
  o = options_for("heap-dump");
  o.input = sample;
  o.output = "/no/such/folder/out";
  CHECK(run_named(o).error.find("/no/such/folder/out") == 0);
  o = options_for("counter");
  o.input = "anything";
  CHECK(run_named(o).error != "");
  o.input = "";
  o.output = "anything";
  CHECK(run_named(o).error != "");
  o.output = "";
  o.procs = 0;
  CHECK(run_named(o).error != "");
}

}  // namespace cli::native
