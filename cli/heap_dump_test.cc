// The main job on real heaps: exactly the right objects are marked and swept, on 1 to 4 markers.
#include <doctest/doctest.h>

#include "cli/search.h"
#include "traces/test_data.h"

namespace {

std::int64_t result(const cli::Outcome& outcome, const std::string& name) {
  for (const auto& [key, value] : outcome.results) {
    if (key == name) return value;
  }
  return -1;
}

cli::Options options(const std::string& file, std::uint32_t procs, const char* memory_model) {
  cli::Options o;
  o.command = "run";
  o.subject = "heap-dump";
  o.input = file;
  o.procs = procs;
  o.memory_model = memory_model;
  return o;
}

TEST_CASE("jsonsrv: 4533 objects marked, the 581 others swept, whoever marks") {
  TRICOLOR_SHARED_DATA(file, "heapdumps/jsonsrv.dump.zst");
  for (const std::uint32_t procs : {1u, 2u, 4u}) {
    for (const char* memory_model : {"sc", "tso"}) {
      CAPTURE(procs);
      CAPTURE(memory_model);
      cli::Options o = options(file, procs, memory_model);
      o.runs = 2;
      const cli::Outcome outcome = cli::search(o, {});
      REQUIRE(outcome.error == "");
      CHECK(outcome.violations.empty());
      CHECK(outcome.executions == 2);
      CHECK(result(outcome, "objects_loaded") == 5114);
      CHECK(result(outcome, "objects_marked") == 4533);
      CHECK(result(outcome, "object_bytes_marked") == 483768);
      CHECK(result(outcome, "objects_swept") == 581);
      CHECK(result(outcome, "checkmark_passes") == 1);
      CHECK(result(outcome, "markers") == procs);
    }
  }
}

TEST_CASE("ast-fmt: every object survives four markers, each of which handed off work") {
  TRICOLOR_SHARED_DATA(file, "heapdumps/ast-fmt.dump.zst");
  const cli::Outcome outcome = cli::search(options(file, 4, "sc"), {});
  REQUIRE(outcome.error == "");
  CHECK(outcome.violations.empty());
  CHECK(result(outcome, "objects_marked") == 46287);
  CHECK(result(outcome, "object_bytes_marked") == 1919752);
  CHECK(result(outcome, "objects_swept") == 0);
  CHECK(result(outcome, "markers_that_handed_off") == 4);
}

// The checker must be able to fail: a root that the program never stored loses objects.
TEST_CASE("an object that the collector cannot see is reported as lost") {
  TRICOLOR_SHARED_DATA(file, "heapdumps/jsonsrv.dump.zst");
  cli::Options o = options(file, 2, "sc");
  o.params = {{"forget_roots", 1}};
  const cli::Outcome outcome = cli::search(o, {});
  REQUIRE(outcome.violations.size() == 1);
  CHECK(outcome.violations[0].invariant == "mark.exact");
}

cli::Options changing(const std::string& file, std::uint32_t procs, const char* memory_model) {
  cli::Options o = options(file, procs, memory_model);
  o.subject = "heap-dump-concurrent";
  o.params = {{"collections", 3}};
  return o;
}

TEST_CASE("jsonsrv: nothing is lost and no garbage stays while goroutines change the graph") {
  TRICOLOR_SHARED_DATA(file, "heapdumps/jsonsrv.dump.zst");
  for (const std::uint32_t procs : {2u, 4u}) {
    for (const char* memory_model : {"sc", "tso"}) {
      CAPTURE(procs);
      CAPTURE(memory_model);
      const cli::Outcome outcome = cli::search(changing(file, procs, memory_model), {});
      REQUIRE(outcome.error == "");
      CHECK(outcome.violations.empty());
      CHECK(result(outcome, "objects_loaded") == 5114);
      CHECK(result(outcome, "collections") == 6);
      CHECK(result(outcome, "changes") > 1000);
      CHECK(result(outcome, "objects_swept") > 581);
    }
  }
}

TEST_CASE("jsonsrv: a missing barrier and garbage that stays are reported") {
  TRICOLOR_SHARED_DATA(file, "heapdumps/jsonsrv.dump.zst");
  cli::Options o = changing(file, 2, "sc");
  o.params = {{"collections", 10}};
  o.mutants = {"wb-absent"};
  cli::Outcome outcome = cli::search(o, {});
  REQUIRE(outcome.violations.size() == 1);
  CHECK(outcome.violations[0].invariant == "mark.no_black_to_white");
  o.mutants = {"sweep-keeps-marks"};
  o.checkers = {"garbage-swept"};
  outcome = cli::search(o, {});
  REQUIRE(outcome.violations.size() == 1);
  CHECK(outcome.violations[0].invariant == "heap.garbage_swept");
}

TEST_CASE("an unreadable dump is one error, not a run") {
  CHECK(cli::search(options("/no/such/dump", 2, "sc"), {}).error.find("/no/such/dump") == 0);
}

}  // namespace
