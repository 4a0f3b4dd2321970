// Generated programs of goroutines: their text, and what they do under random schedules.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <map>

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
  CHECK(error_of(main + "pair0.0 = pair1.0").starts_with("text:3:11: one of both must be a slot"));
  CHECK(error_of(main + "pair0.0 = new") == "text:3:1: only a slot can be given 'new'");
  CHECK(error_of(main + "copy leaf0 leaf0").starts_with("text:3:12: copies are between"));
  CHECK(error_of(main + "call 1") == "text:3:1: a call of 1 operations where 0 are left");
  CHECK(error_of(main + "spawn 1") == "text:3:1: there is no goroutine 1 to start");
  CHECK(error_of(main + "spawn 1\nspawn 1\ngoroutine") == "text:4:1: goroutine 1 is started twice");
  CHECK(error_of(main + "goroutine\ngoroutine\ngoroutine\ngoroutine") ==
        "text:6:1: more than 4 goroutines");
}

TEST_CASE("what channels, boxes and finalizers are not is refused with its place") {
  const std::string main = "mutator-program 1\nchannel 1\nsemaphore 0\ngoroutine\n";
  CHECK(error_of(main + "send chan1 pair0") == "text:5:10: '1' is no number up to 0");
  CHECK(error_of(main + "send chan0 one0") ==
        "text:5:12: 'one0' refers to a one instead of a pair");
  CHECK(error_of(main + "send chan0") == "text:5:1: this is spelled: send chanN A");
  CHECK(error_of(main + "one0 = receive chan0") ==
        "text:5:1: 'one0' refers to a one instead of a pair");
  CHECK(error_of(main + "global0 = receive chan0") ==
        "text:5:1: only a slot can be given 'receive'");
  CHECK(
      error_of(main + "pair0 = receive sem0").starts_with("text:5:17: 'sem0' is no chan; a line"));
  CHECK(error_of(main + "pair0 = receive chan0 2 3").starts_with("text:5:9: this is spelled: "));
  CHECK(error_of(main + "acquire sem1") == "text:5:12: '1' is no number up to 0");
  CHECK(error_of(main + "channel 1") == "text:5:1: a channel stands above all goroutines");
  CHECK(error_of("mutator-program 1\nchannel\n").starts_with("text:2:1: 'channel' and one"));
  CHECK(error_of("mutator-program 1\nsemaphore 1001\n") ==
        "text:2:11: '1001' is no number up to 1000");
  CHECK(error_of(main + "append box0.0 pair0") == "text:5:8: no slice");
  CHECK(error_of(main + "atomic box0.1 pair0").starts_with("text:5:8: atomic operations are on"));
  CHECK(error_of(main + "swap pair0.1 one0 pair0") ==
        "text:5:19: 'pair0' refers to a pair instead of a one");
  CHECK(error_of(main + "assign box0 box1") == "text:5:13: a box is copied, not assigned");
  CHECK(error_of(main + "box0.0 = box1.1").starts_with("text:5:10: one of both must be a slot"));
  CHECK(error_of(main + "finalize one0 global0") ==
        "text:5:10: 'one0' refers to a one instead of a pair");
  CHECK(error_of(main + "finalize pair0.1") == "text:5:10: 'pair0.1' is no slot");
}

// Whatever is read, it is read whole or refused.
TEST_CASE("damaged text is a program or an error") {
  CHECK(rc::check([] {
    std::string text = cli::write_mutator_program(*cli::mutator_programs());
    const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
    const auto size = *rc::gen::inRange<std::size_t>(0, 8);
    text.replace(at, size,
                 *rc::gen::container<std::string>(
                     rc::gen::elementOf(std::string(" .=#0129\nabcdefghilnoprstvwxy-\0\xff"))));
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

// Whether each of the operations, slots, fields and numbers is drawn often.
TEST_CASE("generated programs use the whole language, small ones too") {
  constexpr int programs = 1000, size = 20;
  std::map<std::string, int> uses;
  const auto generator = cli::mutator_programs();
  rc::Random random(1);
  for (int i = 0; i < programs; i++) {
    const MutatorProgram program = generator(random.split(), size).value();
    for (const std::uint32_t capacity : program.capacities)
      uses[fmt::format("room {}", capacity)]++;
    for (const auto& operations : program.goroutines) {
      for (const auto& o : operations) {
        uses[fmt::format("operation {}", static_cast<int>(o.op))]++;
        uses[fmt::format("slot {}", o.a)]++;
        uses[fmt::format("field {}", o.field)]++;
        if (cli::is_call(o)) uses[fmt::format("call {}", o.count)]++;
      }
    }
  }
  const auto expect = [&](const char* what, int count) {
    for (int i = 0; i < count; i++) {
      CAPTURE(i);
      CHECK(uses[fmt::format("{} {}", what, i)] >= 10);
    }
  };
  expect("operation", static_cast<int>(scenarios::MutatorOp::count_));
  expect("slot", scenarios::mutator_slot_count);
  expect("field", 6);
  expect("call", 4);
  expect("room", 3);
}

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
  for (const std::string mutant :
       {"wb-absent", "stack-not-rescanned", "L04", "L06", "wb-atomic-pointer", "L27"}) {
    CAPTURE(mutant);
    ProgramRuns runs("sc", {mutant});
    const MutatorProgram program = smallest_failure(runs);
    MESSAGE(mutant << ": " << runs.executions() << " executions, " << cli::operations_of(program)
                   << " operations\n"
                   << cli::write_mutator_program(program));
    CHECK(cli::operations_of(program) <= 10);
  }
}

TEST_CASE("the samples run, with and without a bug") {
  struct Sample {
    std::string file, mutant;
  };
  for (const Sample& sample :
       {Sample{mutator_sample, "wb-absent"}, {"scenarios/samples/pipeline.mutators", "L06"}}) {
    CAPTURE(sample.file);
    const MutatorProgram program = parsed(*traces::read_file(sample.file));
    CHECK(ProgramRuns("tso").violated(program, 150) == "");
    CHECK(ProgramRuns("sc", {sample.mutant}).violated(program, 150) != "");
  }
}

}  // namespace
