// What the operations of programs do, as far as it can be seen from outside: a finalizer is set
// where a slot is not nil.
#include <doctest/doctest.h>

#include "cli/mutator_input.h"
#include "cli/test_program_runs.h"

namespace {

using runtime_core::Event;

struct Example {
  const char* text;
  std::uint64_t finalizers;  // that are set
};

const std::string start =
    "channel 2\nchannel 1\nsemaphore 0\ngoroutine\n"
    "pair0 = new\nbox0 = new\nbox1 = new\nleaf0 = new\none0 = new\n";

const Example examples[] = {
    {"box0.0 = pair0\npair1 = box0.0\nfinalize pair1", 1},
    {"pair1 = box0.0\nfinalize pair1", 0},
    {"box0.0 = pair0\nbox0.0 = nil\npair1 = box0.0\nfinalize pair1", 0},
    {"box0.0 = pair0\nbox1.0 = box0.0\npair1 = box1.0\nfinalize pair1", 1},
    {"box0.1 = pair0\npair1 = box0.1\nfinalize pair1", 1},
    {"pair1 = box0.1\nfinalize pair1", 0},
    {"append box0.1 pair0\nappend box0.1 pair1\npair2 = box0.1\nfinalize pair2", 0},
    {"append box0.1 pair1\nappend box0.1 pair0\npair2 = box0.1\nfinalize pair2", 1},
    {"append box0.1 pair0\nbox1.1 = box0.1\nbox0.1 = nil\npair1 = box1.1\nfinalize pair1", 1},
    {"box0.2 = leaf0\nbox1.2 = box0.2\nleaf0 = nil\nleaf0 = box1.2\nfinalize leaf0", 1},
    {"box0.2 = leaf0\nbox0.2 = nil\nleaf0 = box0.2\nfinalize leaf0", 0},
    {"box0.3 = box1\nbox1 = nil\nbox1 = box0.3\nfinalize box1", 1},
    {"box0.3 = box1\nappend box1.1 pair0\nbox1 = nil\nfinalize pair0\ncollect", 1},
    {"box0.0 = pair0\ncopy box1 box0\npair1 = box1.0\nfinalize pair1", 1},
    {"pair1 = new\npair0.0 = pair1\npair2 = new\nassign pair2 pair0\npair1 = pair2.0\n"
     "finalize pair1",
     1},
    {"atomic pair0.1 one0\none1 = pair0.1\nfinalize one1", 1},
    {"swap pair0.1 one1 one0\none1 = pair0.1\nfinalize one1", 1},
    {"swap pair0.1 one0 one0\none1 = pair0.1\nfinalize one1", 0},
    {"finalize pair0\nfinalize pair0 global0\nfinalize one0", 2},
    {"finalize pair0\nfinalize pair0 nil\nfinalize pair0 global0", 2},
    {"send chan0 pair0\npair1 = receive chan0\nfinalize pair1", 1},
    {"send chan0 pair1\npair0 = receive chan0\nfinalize pair0", 0},
    {"send chan0 pair0\nsend chan0 pair1\npair2 = receive chan0\nfinalize pair2", 1},
    {"send chan1 pair0\npair1 = receive chan0 chan1\nfinalize pair1", 1},
    {"close chan0\npair0 = receive chan0\nfinalize pair0", 0},
    {"pair0 = try-receive chan0\nfinalize pair0", 0},
    {"try-send chan1 pair0\ntry-send chan1 pair1\npair1 = try-receive chan1\nfinalize pair1", 1},
    {"release sem0\nacquire sem0\nfinalize pair0", 1},
};

cli::MutatorProgram parsed(const std::string& text) {
  cli::MutatorProgram program;
  std::string error;
  REQUIRE_MESSAGE(
      cli::parse_mutator_program("mutator-program 1\n" + text, "text", &program, &error), error);
  return program;
}

TEST_CASE("each operation does what the language says") {
  constexpr int schedules = 3;
  cli::ProgramRuns runs("sc");
  for (const Example& example : examples) {
    CAPTURE(example.text);
    const std::uint64_t before = runs.reached(Event::finalizer_set);
    CHECK(runs.violated(parsed(start + example.text), schedules) == "");
    CHECK(runs.reached(Event::finalizer_set) - before == schedules * example.finalizers);
  }
}

TEST_CASE("selects and semaphores are raced for, and who does it wrongly is caught") {
  constexpr int schedules = 1000;
  struct Bug {
    const char *mutant, *text;
  };
  for (const Bug& bug :
       {Bug{"select-claimed-twice",
            "channel 0\nchannel 0\ngoroutine\nspawn 1\nspawn 2\npair0 = receive chan0 chan1\n"
            "pair0 = receive chan0 chan1\ngoroutine\nsend chan0 pair0\ngoroutine\n"
            "send chan1 pair0\n"},
        Bug{"semacquire-missed-wakeup",
            "semaphore 1\ngoroutine\nspawn 1\nacquire sem0\nrelease sem0\n"
            "goroutine\nacquire sem0\nrelease sem0\n"}}) {
    CAPTURE(bug.mutant);
    const cli::MutatorProgram program = parsed(bug.text);
    CHECK(cli::ProgramRuns("sc", {}, "pos").violated(program, schedules) == "");
    CHECK(cli::ProgramRuns("sc", {bug.mutant}, "pos").violated(program, schedules) != "");
  }
}

// The checkers hear of stores in another order than memory sees them: without what settles that
// (checkers/store_races.h), one in a thousand schedules is a false alarm.
TEST_CASE("goroutines may race for a global") {
  constexpr int schedules = 2000;
  const std::string main =
      "goroutine\nspawn 1\npair0 = new\nglobal0 = pair0\npair0 = nil\ncall 0\ncollect\n"
      "collect\ngoroutine\n";
  for (const char* other :
       {"pair0 = new\nglobal0 = pair0\npair0 = nil\ncall 0\n", "global0 = nil\ncall 0\n"}) {
    CAPTURE(other);
    CHECK(cli::ProgramRuns("sc", {}, "pos").violated(parsed(main + other), schedules) == "");
  }
}

// The object is dead and gone, or alive again.
TEST_CASE("finalizers run, and may keep their object") {
  cli::ProgramRuns runs("sc");
  const std::string dies =
      "goroutine\npair0 = new\nfinalize pair0 global1\npair0 = nil\ncollect\nyield\nyield\n"
      "yield\nyield\n";
  const auto run = [&](const std::string& text) { CHECK(runs.violated(parsed(text), 50) == ""); };
  run(dies);
  const std::uint64_t ran = runs.reached(Event::finalizer_run);
  const std::uint64_t set = runs.reached(Event::finalizer_set);
  CHECK(ran > 0);
  CHECK(set == 50);
  run(dies + "pair0 = global1\nfinalize pair0\n");
  CHECK(runs.reached(Event::finalizer_set) > set + 50);
}

}  // namespace
