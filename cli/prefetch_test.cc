// The native defaults that the original has not, under simulation: the marker's prefetch queue at
// every depth, huge pages.
#include <doctest/doctest.h>

#include "cli/search.h"

namespace {

std::int64_t result(const cli::Outcome& outcome, const std::string& name) {
  for (const auto& [key, value] : outcome.results) {
    if (key == name) return value;
  }
  return -1;
}

TEST_CASE("a real heap is marked exactly, whatever is prefetched") {
  for (const std::uint64_t depth : {1u, 2u, 16u, 64u}) {
    for (const std::uint32_t procs : {1u, 4u}) {
      for (const char* memory_model : {"sc", "tso"}) {
        CAPTURE(depth);
        CAPTURE(procs);
        CAPTURE(memory_model);
        cli::Options o;
        o.command = "run";
        o.subject = "heap-dump";
        o.input = "traces/samples/jsonsrv.dump.zst";
        o.procs = procs;
        o.memory_model = memory_model;
        o.tuning = {{"prefetch_depth", depth}, {"huge_pages", 1}};
        const cli::Outcome outcome = cli::search(o, {});
        REQUIRE(outcome.error == "");
        CHECK(outcome.violations.empty());
        CHECK(outcome.executions == 1);
        CHECK(result(outcome, "objects_marked") == 4533);
        CHECK(result(outcome, "objects_swept") == 581);
        CHECK(result(outcome, "checkmark_passes") == 1);
      }
    }
  }
}

// What waits in a queue is work that no list shows: nobody may stop while it is there.
TEST_CASE("markers with a prefetch queue terminate with everything marked") {
  for (const char* scenario : {"workbuf-termination", "handoff", "one-word-pair"}) {
    for (const std::uint64_t depth : {1u, 2u}) {
      CAPTURE(scenario);
      CAPTURE(depth);
      cli::Options o;
      o.command = "explore";
      o.subject = scenario;
      o.explorer = "preemption-bound";
      o.preemptions = 1;
      o.tuning = {{"prefetch_depth", depth}};
      const cli::Outcome outcome = cli::search(o, {});
      REQUIRE(outcome.error == "");
      CHECK(outcome.violations.empty());
      CHECK(outcome.executions > 10);
    }
  }
}

}  // namespace
