// Allocation traces: recordings of real programs, round trips, damaged input.
#include "traces/alloc_trace.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "traces/test_data.h"

namespace traces {
namespace {

const std::string small =
    "tracealloc(0xc000028000, 0x10, struct { f func(int, int) })\n"
    "goroutine 1 [running, locked to thread]:\n"
    "tracealloc(0xc000028010, 0x0)\n"
    "goroutine 1 [running]:\n"
    "tracegc()\n"
    "goroutine 2 [garbage collection]:\n"
    "goroutine 18446744073709551615 [GC worker (idle)]:\n"
    "tracefree(0xc000028000, 0x10)\n"
    "goroutine 2 [running]:\n"
    "tracefree(0xc000099000, 0x20)\n"
    "goroutine 2 [running]:\n";

TEST_CASE("a small trace is understood and written back") {
  const Result<AllocTrace> trace = read_alloc_trace(small);
  REQUIRE(trace);
  REQUIRE(trace->events.size() == 5);
  const AllocEvent& first = trace->events[0];
  CHECK(first.address == 0xc000028000);
  CHECK(first.size == 16);
  CHECK(trace->names[first.type] == "struct { f func(int, int) }");
  CHECK(trace->events[1].type == AllocEvent::no_type);
  CHECK(trace->events[2].kind == AllocKind::collect);
  CHECK(trace->events[2].goroutines == ByteRange{2, 2});
  CHECK(figures_of(*trace) == AllocFigures{2, 2, 1, 1, 1, 3});
  CHECK(encode_alloc_trace(*trace) == small);
}

TEST_CASE("a trace cut anywhere but between events is refused") {
  const auto starts_event = [](std::size_t place) {
    return place == small.size() || small.compare(place, 5, "trace") == 0 ||
           // A collection names any number of goroutines.
           small.compare(place, 19, "goroutine 184467440") == 0;
  };
  for (std::size_t size = 0; size <= small.size(); ++size) {
    const Result<AllocTrace> cut = read_alloc_trace(small.substr(0, size));
    CHECK(static_cast<bool>(cut) == (size > 0 && starts_event(size)));
    if (!cut) CHECK(cut.error.offset <= size);
  }
}

TEST_CASE("malformed lines are named with their number") {
  struct Case {
    std::string text, message;
  };
  const std::string alloc = "tracealloc(0x10, 0x10)\n";
  const std::string author = "goroutine 1 [running]:\n";
  const Case cases[] = {
      {"hello\n", "unknown line in line 1"},
      {alloc + author + "\n", "unknown line in line 3"},
      {author, "before any event in line 1"},
      {alloc + alloc, "no goroutine after an event in line 2"},
      {alloc, "no goroutine after an event at the end"},
      {alloc + author + author, "second goroutine of an event in line 3"},
      {"tracealloc(0x10, 0x10, )\n", "malformed tracealloc"},
      {"tracealloc(0X10, 0x10)\n", "malformed tracealloc"},
      {"tracealloc(0x010, 0x10)\n", "malformed tracealloc"},
      {"tracealloc(0xA0, 0x10)\n", "malformed tracealloc"},
      {"tracealloc(0x-1, 0x10)\n", "malformed tracealloc"},
      {"tracealloc(0x10, 0x10) \n", "malformed tracealloc"},
      {"tracealloc(0x10000000000000000, 0x10)\n", "malformed tracealloc"},
      {"tracealloc(0xffffffffffffffff, 0x10)\n", "malformed tracealloc"},
      {"tracefree(0x10, 0x10, int)\n", "malformed tracefree"},
      {"tracegc(1)\n", "unknown line"},
      {alloc + "goroutine x [running]:\n", "malformed goroutine"},
      {alloc + "goroutine 1 []:\n", "malformed goroutine"},
      {alloc + "goroutine 1 [running]\n", "malformed goroutine"},
  };
  for (const Case& c : cases) {
    const Result<AllocTrace> trace = read_alloc_trace(c.text);
    INFO(c.text);
    REQUIRE_FALSE(trace);
    CHECK(trace.error.message.find(c.message) != std::string::npos);
    CHECK_FALSE(trace.error.remedy.empty());
  }
}

TEST_CASE("any trace survives writing and reading") {
  const bool ok = rc::check([](const std::vector<std::uint64_t>& raw) {
    if (raw.empty()) return;  // no trace
    AllocTrace trace;
    for (const std::uint64_t word : raw) {
      AllocEvent event;
      event.kind = static_cast<AllocKind>(word % 3);
      if (event.kind != AllocKind::collect) {
        event.address = word >> 1;
        event.size = word >> 33;
      }
      event.goroutines = {trace.goroutines.size(), 1};
      trace.goroutines.push_back({word, 0});
      trace.events.push_back(event);
    }
    trace.names = {"running"};
    const Result<AllocTrace> back = read_alloc_trace(encode_alloc_trace(trace));
    RC_ASSERT(static_cast<bool>(back));
    RC_ASSERT(*back == trace);
  });
  CHECK(ok);
}

TEST_CASE("recorded traces have the figures that their documentation states") {
  struct Row {
    const char* name;
    AllocFigures figures;
  };
  const Row table[] = {{"alloc-ast", {58825, 10713, 3, 2, 48115, 8}},
                       {"alloc-jsonsrv", {44418, 40601, 3, 195, 3820, 334}}};
  for (const Row& row : table) {
    TRICOLOR_SHARED_DATA(path, std::string("alloctraces/") + row.name + ".txt.zst");
    const Result<AllocTrace> trace = read_alloc_trace_file(path);
    REQUIRE(trace);
    CHECK(figures_of(*trace) == row.figures);
    CHECK(encode_alloc_trace(*trace) == *decompress(*read_file(path)));
  }
}

}  // namespace
}  // namespace traces
