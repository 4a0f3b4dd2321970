// Which programs are certain to end, and what the others end with.
#include "cli/mutator_waits.h"

#include <doctest/doctest.h>

#include "cli/test_mutator_programs.h"
#include "cli/test_program_runs.h"

namespace {

using cli::MutatorProgram, cli::ProgramRuns;

MutatorProgram parsed(const std::string& text) {
  MutatorProgram program;
  std::string error;
  REQUIRE_MESSAGE(
      cli::parse_mutator_program("mutator-program 1\n" + text, "text", &program, &error), error);
  return program;
}

std::string certain(const std::string& text) {
  const std::string whole = cli::write_mutator_program(cli::without_deadlock(parsed(text)));
  return whole.substr(whole.find('\n') + 1);
}

// main, then one other goroutine.
const std::string two = "channel 0\nchannel 2\nsemaphore 0\nsemaphore 1\ngoroutine\n  spawn 1\n";

TEST_CASE("what is answered whatever happens stays") {
  for (const std::string text :
       {"  send chan0 pair0\ngoroutine\n  pair0 = receive chan0\n",
        "  pair0 = receive chan0\ngoroutine\n  close chan0\n",
        "  send chan1 pair0\n  send chan1 pair0\ngoroutine\n  pair0 = receive chan1\n",
        "  send chan1 pair0\ngoroutine\n  send chan1 pair0\n",
        "  send chan1 pair0\ngoroutine\n  pair0 = receive chan1 chan1\n",
        "  acquire sem0\ngoroutine\n  release sem0\n",
        "  acquire sem1\n  release sem1\ngoroutine\n  acquire sem1\n  release sem1\n"}) {
    CAPTURE(text);
    CHECK(certain(two + text) == two + text);
    CHECK(ProgramRuns("sc").violated(parsed(two + text), 200) == "");
  }
}

// What is left out, and what happens with it in some schedule.
struct Uncertain {
  std::string text, left, end;
};
const Uncertain uncertain[] = {
    {"  pair0 = receive chan0\ngoroutine\n", "goroutine\n", "asleep - deadlock!"},
    {"  send chan0 pair0\ngoroutine\n", "goroutine\n", "asleep - deadlock!"},
    {"  acquire sem0\ngoroutine\n", "goroutine\n", "asleep - deadlock!"},
    {"  send chan1 pair0\n  pair0 = receive chan1\ngoroutine\n  pair0 = receive chan1\n",
     "  send chan1 pair0\n  pair0 = receive chan1\ngoroutine\n", "asleep - deadlock!"},
    {"  send chan1 pair0\n  pair0 = try-receive chan1\n  pair1 = receive chan1\ngoroutine\n",
     "  send chan1 pair0\n  pair0 = try-receive chan1\ngoroutine\n", "asleep - deadlock!"},
    {"  acquire sem1\ngoroutine\n  acquire sem1\n", "goroutine\n", "asleep - deadlock!"},
    {"  close chan1\n  close chan1\ngoroutine\n", "  close chan1\ngoroutine\n", "runtime.panic"},
    {"  close chan1\n  send chan1 pair0\ngoroutine\n", "  close chan1\ngoroutine\n",
     "runtime.panic"},
    {"  close chan1\ngoroutine\n  send chan1 pair0\n", "  close chan1\ngoroutine\n",
     "runtime.panic"},
};

TEST_CASE("what may wait for ever, or panics, is left out, and is reported when it is run") {
  for (const Uncertain& u : uncertain) {
    CAPTURE(u.text);
    CHECK(certain(two + u.text) == two + u.left);
    const std::string end = ProgramRuns("sc").violated(parsed(two + u.text), 200);
    CAPTURE(end);
    CHECK(end.find(u.end) != std::string::npos);
  }
}

TEST_CASE("what is certain to end stays as it is") {
  CHECK(rc::check([] {
    const MutatorProgram program = *cli::mutator_programs();
    RC_LOG() << cli::write_mutator_program(program);
    RC_ASSERT(cli::without_deadlock(program) == program);
  }));
}

}  // namespace
