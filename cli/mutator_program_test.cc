// Generated programs of goroutines: their text, and what they do under random schedules.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "cli/test_mutator_programs.h"
#include "cli/test_program_runs.h"
#include "traces/file.h"

namespace {

using cli::MutatorProgram, cli::mutator_sample, cli::ProgramRuns;

MutatorProgram parsed(const std::string& text) {
  MutatorProgram program;
  std::string error;
  REQUIRE_MESSAGE(cli::parse_mutator_program(text, "text", &program, &error), error);
  return program;
}

std::string error_of(const std::string& text) {
  MutatorProgram program;
  std::string error;
  CHECK_FALSE(cli::parse_mutator_program(text, "text", &program, &error));
  return error;
}

TEST_CASE("a program is what its text says") {
  CHECK(rc::check([] {
    const MutatorProgram program = *cli::mutator_programs();
    const std::string text = cli::write_mutator_program(program);
    RC_LOG() << text;
    MutatorProgram again;
    std::string error;
    RC_ASSERT(cli::parse_mutator_program(text, "text", &again, &error));
    RC_ASSERT(again == program);
  }));
}

TEST_CASE("what is no program is refused with its place") {
  CHECK(error_of("") == "text:1:1: a program begins with 'mutator-program 1'");
  CHECK(error_of("mutator-program 2\n") == "text:1:1: a program begins with 'mutator-program 1'");
  const std::string main = "mutator-program 1\ngoroutine\n";
  CHECK(error_of("mutator-program 1\n") == "text:2:1: a program has a goroutine, main");
  CHECK(error_of("mutator-program 1\nyield\n").starts_with("text:2:1: operations belong"));
  CHECK(error_of(main + "  pear0 = new\n").starts_with("text:3:3: 'pear0' is no slot; there are"));
  CHECK(error_of(main + "pair0.2 = nil") == "text:3:7: '2' is no number up to 1");
  CHECK(error_of(main + "leaf0.0 = nil") == "text:3:7: a leaf has no pointers");
  CHECK(error_of(main + "pair0 = one0") ==
        "text:3:9: 'one0' refers to a one and 'pair0' to a pair");
  CHECK(error_of(main + "pair0.0 = pair1.0") == "text:3:11: one of both must be a slot");
  CHECK(error_of(main + "pair0.0 = new") == "text:3:1: only a slot can be given a new object");
  CHECK(error_of(main + "copy leaf0 leaf0").starts_with("text:3:12: copies are between"));
  CHECK(error_of(main + "call 1") == "text:3:1: a call of 1 operations where 0 are left");
  CHECK(error_of(main + "spawn 1") == "text:3:1: there is no goroutine 1 to start");
  CHECK(error_of(main + "spawn 1\nspawn 1\ngoroutine") == "text:4:1: goroutine 1 is started twice");
  CHECK(error_of(main + "goroutine\ngoroutine\ngoroutine\ngoroutine") ==
        "text:6:1: more than 4 goroutines");
}

// Whatever is read, it is read whole or refused.
TEST_CASE("damaged text is a program or an error") {
  CHECK(rc::check([] {
    std::string text = cli::write_mutator_program(*cli::mutator_programs());
    const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
    const auto size = *rc::gen::inRange<std::size_t>(0, 8);
    text.replace(at, size,
                 *rc::gen::container<std::string>(
                     rc::gen::elementOf(std::string(" .=#0129\nabcdefgilnoprswy\0\xff"))));
    MutatorProgram program;
    std::string error;
    if (!cli::parse_mutator_program(text, "text", &program, &error)) {
      RC_ASSERT(error.starts_with("text:"));
    } else {
      RC_ASSERT(parsed(cli::write_mutator_program(program)) == program);
    }
  }));
}

void check_silent(const char* memory_model) {
  static constexpr int schedules = 2;
  static ProgramRuns* runs = nullptr;
  ProgramRuns these(memory_model);
  runs = &these;
  CHECK(rc::check([] {
    const MutatorProgram program = *cli::mutator_programs();
    RC_LOG() << cli::write_mutator_program(program);
    RC_ASSERT(runs->violated(program, schedules) == "");
  }));
  MESSAGE(fmt::format("{} executions", these.executions()));
}

// RC_PARAMS="max_success=100000" makes it as many programs.
TEST_CASE("generated programs violate nothing under sc") { check_silent("sc"); }
TEST_CASE("generated programs violate nothing under tso") { check_silent("tso"); }

// The first generated program that fails, made smaller as long as it still does.
MutatorProgram smallest_failure(ProgramRuns& runs) {
  constexpr int programs_max = 2000, first_schedules = 3, schedules = 40;
  const auto generator = cli::mutator_programs();
  rc::Random random(1);
  for (int i = 0; i < programs_max; i++) {
    auto program = generator(random.split(), 20 + i % 60);
    if (runs.violated(program.value(), first_schedules).empty()) continue;
    for (bool smaller = true; smaller;) {
      smaller = false;
      auto shrinks = program.shrinks();
      while (auto next = shrinks.next()) {
        if (runs.violated(next->value(), schedules).empty()) continue;
        program = *next;
        smaller = true;
        break;
      }
    }
    return program.value();
  }
  FAIL("no program fails");
  return {};
}

TEST_CASE("planted bugs are found and shrink to a few operations") {
  for (const std::string mutant : {"wb-absent", "stack-not-rescanned", "L04"}) {
    CAPTURE(mutant);
    ProgramRuns runs("sc", {mutant});
    const MutatorProgram program = smallest_failure(runs);
    MESSAGE(mutant << ": " << runs.executions() << " executions, " << cli::operations_of(program)
                   << " operations\n"
                   << cli::write_mutator_program(program));
    CHECK(cli::operations_of(program) <= 10);
  }
}

TEST_CASE("the sample runs, with and without a bug") {
  MutatorProgram program;
  std::string error;
  REQUIRE(cli::parse_mutator_program(*traces::read_file(mutator_sample), mutator_sample, &program,
                                     &error));
  CHECK(ProgramRuns("tso").violated(program, 300) == "");
  CHECK(ProgramRuns("sc", {"wb-absent"}).violated(program, 300) != "");
}

}  // namespace
