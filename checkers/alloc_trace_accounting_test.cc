// Event by event: what alloc-trace's checker accepts, and each thing that it must report.
#include "checkers/alloc_trace_accounting.h"

#include <doctest/doctest.h>

#include <memory>

#include "runtime_core/probe.h"
#include "sim/journal_map.h"

namespace checkers {
namespace {

using runtime_core::Event;

// Objects 0 and 2 are thread 0's, object 1 is thread 1's; 0 dies at the first of two collections,
// 1 at the second.
struct Watch {
  scenarios::AllocInputObject objects[3] = {
      {16, 2, 0, 0, false}, {32, 1, 1, 1, false}, {16, 0, 0, 9, false}};
  std::uint64_t first_object[1];
  scenarios::AllocInput input{};
  sim::Space space;
  std::unique_ptr<AllocTraceAccounting> checker;

  explicit Watch(std::uint64_t older = 0) : first_object{older} {
    input.objects = 3;
    input.object = objects;
    input.first_object = first_object;
    input.collections = input.passes = 2;
    input.frees = 2;
    REQUIRE(space.map());
    checker = std::make_unique<AllocTraceAccounting>(input, 2);
    checker->attach(space);
  }

  // The invariant that is broken, or nothing.
  std::string see(Event event, std::uint64_t a = 0, std::uint64_t b = 0, std::uint64_t c = 0,
                  std::uint32_t thread = 0) {
    return of(checker->on_event({static_cast<std::uint32_t>(event), thread, a, b, c}));
  }
  std::string allocate(std::uint64_t address, std::uint64_t bytes, std::uint32_t thread = 0) {
    return see(Event::alloc, address, bytes, bytes, thread);
  }
  std::string collect() {
    std::string broken = see(Event::gc_begin);
    broken += see(Event::gc_mark_begin);
    broken += see(Event::gc_mark_begin, 1, 1);
    return broken + see(Event::gc_end);
  }
  std::string end() { return of(checker->on_end()); }
  static std::string of(const std::optional<sim::Finding>& finding) {
    return finding ? finding->invariant : "";
  }
  // Up to the second collection.
  void begin() {
    CHECK(allocate(0x100, 16) == "");
    CHECK(allocate(0x200, 32, 1) == "");
    CHECK(collect() == "");
    CHECK(see(Event::free_object, 0x100) == "");
    CHECK(allocate(0x100, 16) == "");
    CHECK(collect() == "");
  }
};

TEST_CASE("a run as the trace says is silent") {
  Watch w;
  w.begin();
  CHECK(w.see(Event::free_object, 0x200) == "");
  CHECK(w.end() == "");
  CHECK(w.checker->allocations() == 3);
  CHECK(w.checker->frees() == 2);
  CHECK(w.checker->collections() == 2);
}

TEST_CASE("what is older than the trace is allocated before the threads run, and counted apart") {
  constexpr std::uint32_t setup = 2;
  Watch w(1);
  CHECK(w.allocate(0x100, 16, setup) == "");
  CHECK(w.allocate(0x200, 32, 1) == "");
  CHECK(w.collect() == "");
  CHECK(w.see(Event::free_object, 0x100) == "");
  CHECK(w.allocate(0x100, 16) == "");
  CHECK(w.collect() == "");
  CHECK(w.see(Event::free_object, 0x200) == "");
  CHECK(w.end() == "");
  CHECK(w.checker->allocations() == 2);
  CHECK(w.checker->frees() == 1);
  CHECK(w.checker->frees_unmatched() == 1);
}

TEST_CASE("a thread does not allocate an older object") {
  Watch late(1);
  CHECK(late.allocate(0x100, 16) == "");  // object 2, of thread 0
  CHECK(late.allocate(0x300, 16) == "alloc.accounting");
}

TEST_CASE("sweeps of the living, of nothing, and sweeps that never came") {
  Watch w;
  CHECK(w.allocate(0x100, 16) == "");
  CHECK(w.allocate(0x200, 32, 1) == "");
  CHECK(w.see(Event::free_object, 0x100) == "mark.no_lost_object");
  CHECK(w.collect() == "");
  CHECK(w.see(Event::free_object, 0x200) == "mark.no_lost_object");
  CHECK(w.see(Event::free_object, 0x300) == "alloc.accounting");
  CHECK(w.see(Event::free_object, 0x100) == "");
  CHECK(w.see(Event::free_object, 0x100) == "alloc.accounting");
  CHECK(w.allocate(0x100, 16) == "");
  CHECK(w.end() == "alloc.accounting");  // one collection is missing
  CHECK(w.collect() == "");
  CHECK(w.end() == "sweep.no_garbage_left");
}

TEST_CASE("allocations that the trace does not have") {
  Watch w;
  CHECK(w.see(Event::gc_begin) == "");
  CHECK(w.allocate(0x700, 64) == "");  // the collector's own
  CHECK(w.see(Event::gc_end) == "");
  CHECK(w.end() == "alloc.accounting");
  CHECK(w.allocate(0x100, 24) == "alloc.accounting");
}

TEST_CASE("a block that is somebody's already, and a thread that allocates too often") {
  Watch w;
  CHECK(w.allocate(0x100, 16) == "");
  CHECK(w.allocate(0x100, 32, 1) == "alloc.single_owner");
  CHECK(w.allocate(0x200, 32, 1) == "alloc.accounting");
  CHECK(w.allocate(0x200, 16, 2) == "alloc.accounting");
}

TEST_CASE("a rollback takes back what the checker remembers") {
  Watch w;
  const std::uint64_t mark = w.space.snapshot();
  for (int i = 0; i < 2; i++) {
    w.begin();
    CHECK(w.end() == "sweep.no_garbage_left");
    w.space.rollback(mark);
    CHECK(w.checker->allocations() == 0);
  }
}

}  // namespace
}  // namespace checkers
