// Allocation traces: when objects die, figures of real and made-up programs, a run's own trace.
#include <doctest/doctest.h>

#include <map>

#include "cli/alloc_input.h"
#include "cli/search.h"
#include "cli/test_folder.h"
#include "traces/test_data.h"

namespace {

struct Run {
  const char* memory_model;
  std::uint32_t procs;
};
constexpr Run runs[] = {{"sc", 1}, {"sc", 2}, {"sc", 4}, {"sc", 8}, {"tso", 1}, {"tso", 4}};

cli::Options options(const std::string& file, const Run& run, const std::string& output = "") {
  cli::Options o;
  o.command = "run";
  o.subject = "alloc-trace";
  o.input = file;
  o.output = output;
  o.procs = run.procs;
  o.memory_model = run.memory_model;
  return o;
}

using Figures = std::map<std::string, std::int64_t>;

// Runs the trace; an empty map, and a failed check, if that went wrong.
Figures figures(const std::string& file, const Run& run, const std::string& output = "") {
  CAPTURE(run.procs);
  CAPTURE(run.memory_model);
  const cli::Outcome outcome = cli::search(options(file, run, output), {});
  CHECK(outcome.error == "");
  CHECK(outcome.executions == 1);
  for (const auto& violation : outcome.violations) FAIL_CHECK(violation.message);
  return {outcome.results.begin(), outcome.results.end()};
}

Figures expected(std::int64_t allocations, std::int64_t frees, std::int64_t unmatched,
                 std::int64_t collections) {
  return {{"allocations", allocations},
          {"frees", frees},
          {"frees_unmatched", unmatched},
          {"collections", collections},
          {"live_objects_end", allocations - frees}};
}

std::string line(const char* what, int address, int size, int goroutine) {
  return std::string(what) + "(0x" + std::to_string(address) + ", 0x" + std::to_string(size) +
         ")\ngoroutine " + std::to_string(goroutine) + " [running]:\n";
}
std::string alloc(int address, int size, int goroutine = 1) {
  return line("tracealloc", address, size, goroutine);
}
std::string free(int address, int size) { return line("tracefree", address, size, 0); }
const std::string collect = "tracegc()\ngoroutine 1 [running]:\ngoroutine 2 [idle]:\n";

// Dies: 0 at the first collection, 1 at the second, 2 (same address as 0) at the second, 3 after
// the last recorded one, 4 never. Address 9 was allocated before the trace.
const std::string small_trace = alloc(1, 8) + alloc(2, 20, 2) + collect + free(1, 8) +
                                alloc(1, 30, 3) + free(9, 8) + collect + free(2, 20) + free(1, 30) +
                                alloc(3, 8) + alloc(4, 5) + free(3, 8);

TEST_CASE("deaths and roots of a small trace") {
  std::string error;
  const auto loaded = cli::load_allocs_text(small_trace, "small", &error);
  REQUIRE(error == "");
  const scenarios::AllocInput& in = loaded->input;
  REQUIRE(in.objects == 6);
  const std::uint32_t dies[] = {0, 0, 1, 1, 2, 0xffffffff}, slot[] = {0, 1, 2, 1};
  const std::uint64_t size[] = {8, 8, 32, 48, 8, 8};
  for (std::size_t i = 0; i < 6; i++) {
    CAPTURE(i);
    CHECK(in.object[i].dies == dies[i]);
    CHECK(in.object[i].size == size[i]);
    CHECK(in.object[i].pointers == (size[i] == 8));
    // Slots of one collection's dead are free again in any order.
    if (i < 4) CHECK(in.object[i].slot == slot[i]);
  }
  CHECK(in.slots == 3);
  CHECK(in.object[4].slot != in.object[5].slot);
  CHECK(in.collections == 2);
  CHECK(in.passes == 3);
  CHECK(in.frees == 5);
  CHECK(loaded->first_object == std::vector<std::uint64_t>{1, 3, 4, 6, 6});
  CHECK(loaded->first_death == std::vector<std::uint64_t>{0, 2, 4, 5});
}

TEST_CASE("small traces: what dies is swept, tiny objects stay apart") {
  const cli::TestFolder folder;
  const std::string file = folder.file("small", small_trace);
  std::string tiny;
  for (int i = 0; i < 40; i++) tiny += alloc(100 + i, 1 + i % 15, i);
  tiny += collect;
  for (int i = 0; i < 40; i += 2) tiny += free(100 + i, 1 + i % 15);
  const std::string tiny_file = folder.file("tiny", tiny);
  for (const Run& run : runs) {
    CHECK(figures(file, run) == expected(5, 4, 1, 2));
    CHECK(figures(tiny_file, run) == expected(40, 20, 0, 1));
  }
}

TEST_CASE("alloc-ast: 58825 allocations, 10710 frees, 2 collections") {
  TRICOLOR_SHARED_DATA(file, "alloctraces/alloc-ast.txt.zst");
  for (const Run& run : runs) CHECK(figures(file, run) == expected(58825, 10710, 3, 2));
}

TEST_CASE("alloc-jsonsrv: 44418 allocations, 40598 frees, 195 collections") {
  TRICOLOR_SHARED_DATA(file, "alloctraces/alloc-jsonsrv.txt.zst");
  CHECK(figures(file, {"sc", 1}) == expected(44418, 40598, 3, 195));
  CHECK(figures(file, {"tso", 1}) == expected(44418, 40598, 3, 195));
  CHECK(figures(file, {"sc", 4}) == expected(44418, 40598, 3, 195));
}

TEST_CASE("a run's own trace replays to the same figures, and alone to the same trace") {
  TRICOLOR_SHARED_DATA(file, "alloctraces/alloc-ast.txt.zst");
  const cli::TestFolder folder;
  const std::string own = folder.path("own"), again = folder.path("again");
  for (const Run& run : runs) {
    CHECK(figures(file, run, own) == expected(58825, 10710, 3, 2));
    CHECK(figures(own, run, again) == expected(58825, 10710, 3, 2));
    const auto first = traces::read_alloc_trace_file(own);
    const auto second = traces::read_alloc_trace_file(again);
    REQUIRE(first);
    REQUIRE(second);
    // As many lines as in the input: 10713 frees, 3 of them of objects that are older.
    CHECK(traces::figures_of(*first).frees == 10713);
    CHECK(traces::figures_of(*first).frees_unmatched == 3);
    CHECK(traces::figures_of(*first).live_end == 48115);
    if (run.procs == 1) CHECK(*first == *second);
  }
}

TEST_CASE("an input that cannot be run is one line that says where it is wrong") {
  const cli::TestFolder folder;
  const auto error_of = [&](const std::string& text) {
    const std::string file = folder.file("bad", text);
    const std::string error = cli::search(options(file, runs[0]), {}).error;
    CHECK(error.find(file) == 0);
    CHECK(error.find('\n') == std::string::npos);
    return error;
  };
  const std::string good = alloc(1, 8);
  const auto byte = [](std::size_t offset) { return "byte " + std::to_string(offset) + ")"; };
  const std::string malformed = error_of(good + "tracealloc(0x1, 8)\n");
  CHECK(malformed.find(byte(good.size())) != std::string::npos);
  const std::string cut = error_of(good + "tracegc()\n");
  CHECK(cut.find(byte(good.size() + 10)) != std::string::npos);
  CHECK(error_of("").find("input is empty") != std::string::npos);
  const std::string no_bytes("\x28\xb5\x2f\xfd\x20\x00\x01\x00\x00", 9);  // as a zstd frame
  CHECK(error_of(no_bytes).find("input is empty") != std::string::npos);
  CHECK(error_of("tracealloc(0x1, 0x70000000)\ngoroutine 1 [running]:\n").find("alive") !=
        std::string::npos);
  CHECK(cli::search(options("/no/such/trace", runs[0]), {}).error.find("/no/such/trace") == 0);
  CHECK(cli::search(options("", runs[0]), {}).error.find("--input") != std::string::npos);
  cli::Options o = options(folder.file("good", good), runs[0], "/no/such/folder/out");
  CHECK(cli::search(o, {}).error.find("/no/such/folder/out") == 0);
  o.explorer = "dfs";
  CHECK(cli::search(o, {}).error.find("--output") == 0);
}

}  // namespace
