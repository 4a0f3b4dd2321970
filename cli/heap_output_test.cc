// Survivors as a dump again: the same graph as the reachable part of the original.
#include <doctest/doctest.h>

#include "cli/search.h"
#include "cli/test_folder.h"
#include "cli/test_heap_comparison.h"
#include "traces/test_data.h"

namespace {

using cli::differences;
using cli::graph_of;
using traces::HeapGraph;

// Runs the dump and writes what survived; returns how many finalizers were queued.
std::int64_t collect(const std::string& from, const std::string& to, std::uint32_t procs,
                     const char* memory_model) {
  cli::Options o;
  o.command = "run";
  o.subject = "heap-dump";
  o.input = from;
  o.output = to;
  o.procs = procs;
  o.memory_model = memory_model;
  const cli::Outcome outcome = cli::search(o, {});
  REQUIRE(outcome.error == "");
  for (const auto& violation : outcome.violations) FAIL_CHECK(violation.message);
  for (const auto& [key, value] : outcome.results) {
    if (key == "finalizers_queued") return value;
  }
  return -1;
}

void check_recording(const std::string& file, std::uint32_t procs, const char* memory_model) {
  CAPTURE(procs);
  CAPTURE(memory_model);
  const cli::TestFolder folder;
  const std::string once = folder.path("once"), twice = folder.path("twice");
  collect(file, once, procs, memory_model);
  collect(once, twice, procs, memory_model);
  const HeapGraph original = graph_of(file), first = graph_of(once), second = graph_of(twice);
  CHECK(differences(original, first, traces::reachable(original).marked) == 0);
  CHECK(first.finalizers.size() == original.finalizers.size());
  CHECK(differences(first, second, std::vector<bool>(first.objects(), true)) == 0);
  CHECK(traces::reachable(second).objects == second.objects());
}

TEST_CASE("jsonsrv: what survives is the reachable part of the graph") {
  TRICOLOR_SHARED_DATA(file, "heapdumps/jsonsrv.dump.zst");
  for (const std::uint32_t procs : {1u, 2u, 4u, 8u}) check_recording(file, procs, "sc");
  for (const std::uint32_t procs : {1u, 4u}) check_recording(file, procs, "tso");
}

TEST_CASE("ast-fmt: everything survives") {
  TRICOLOR_SHARED_DATA(file, "heapdumps/ast-fmt.dump.zst");
  check_recording(file, 1, "sc");
  check_recording(file, 4, "tso");
}

std::string words(std::initializer_list<std::uint64_t> values) {
  std::string bytes;
  for (std::uint64_t value : values) {
    for (int i = 0; i < 8; ++i, value >>= 8) bytes += static_cast<char>(value);
  }
  return bytes;
}

// 0x1000 -> inside 0x2000 -> itself; 0x3000 has a finalizer and nothing else, and keeps 0x4000;
// 0x5000 is garbage.
TEST_CASE("a dead object whose finalizer was queued is in the dump, and stays") {
  traces::HeapDump dump;
  dump.objects = {dump.make_memory(0x1000, words({0x2008, 7}), {0}),
                  dump.make_memory(0x2000, words({0x2000, 7}), {0}),
                  dump.make_memory(0x3000, words({0x4008, 0}), {0, 8}),
                  dump.make_memory(0x4000, words({1, 2}), {}),
                  dump.make_memory(0x5000, words({0x1000, 0}), {0})};
  dump.data = {dump.make_memory(0x900000, words({0, 0x1000}), {0, 8})};
  dump.finalizers = {{false, 0x3000, 0x1000, 1, 2, 3}};
  const cli::TestFolder folder;
  const std::string file = folder.file("small", traces::encode_heap_dump(dump));
  const std::string once = folder.path("once"), twice = folder.path("twice");
  for (const std::uint32_t procs : {1u, 2u, 4u}) {
    CAPTURE(procs);
    CHECK(collect(file, once, procs, "sc") == 1);
    CHECK(collect(once, twice, procs, "sc") == 0);
    const HeapGraph original = graph_of(file), first = graph_of(once), second = graph_of(twice);
    CHECK(differences(original, first, {true, true, true, true, false}) == 0);
    for (const HeapGraph* graph : {&first, &second}) {
      REQUIRE(graph->finalizers.size() == 1);
      const traces::HeapFinalizer& f = graph->finalizers[0];
      CHECK(f.queued);
      CHECK(f.object.target == 2);
      CHECK(f.function.target == 0);
      CHECK(f.code_pc == 1);
      CHECK(f.object_type == 3);
    }
    CHECK(differences(first, second, std::vector<bool>(4, true)) == 0);
  }
}

TEST_CASE("the comparison can fail") {
  traces::HeapDump dump;
  dump.objects = {dump.make_memory(0x1000, words({0x2000, 7}), {0}),
                  dump.make_memory(0x2000, words({0x1000, 7}), {0})};
  const auto graph = traces::make_heap_graph(dump);
  HeapGraph other = *graph;
  CHECK(differences(*graph, other, {true, true}) == 0);
  other.fields[1].word.target = 1;
  CHECK(differences(*graph, other, {true, true}) == 1);
}

}  // namespace
