// Programs that are made smaller: always legal, smaller and still failing; and by the commands,
// down to a few operations with a trace that replays.
#include "cli/mutator_shrink.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/recording.h"
#include "cli/test_folder.h"
#include "cli/test_mutator_programs.h"
#include "cli/test_program_runs.h"

namespace {

using cli::MutatorProgram;
using scenarios::MutatorOp;

std::size_t count(const MutatorProgram& program, MutatorOp op) {
  std::size_t n = 0;
  for (const auto& operations : program.goroutines) {
    for (const auto& o : operations) n += o.op == op;
  }
  return n;
}

TEST_CASE("each smaller program is legal, and what is left is needed") {
  CHECK(rc::check([] {
    const MutatorProgram whole = *cli::mutator_programs();
    const std::size_t stores = count(whole, MutatorOp::store);
    const std::size_t collections = count(whole, MutatorOp::collect);
    std::size_t size = cli::operations_of(whole) + 1;
    const MutatorProgram least = cli::shrink_program(whole, [&](const MutatorProgram& program) {
      MutatorProgram again;
      std::string error;
      const std::string text = cli::write_mutator_program(program);
      RC_ASSERT(cli::parse_mutator_program(text, "text", &again, &error));
      RC_ASSERT(again == program);
      RC_ASSERT(cli::operations_of(program) <= size);
      const bool fails = count(program, MutatorOp::store) == stores &&
                         count(program, MutatorOp::collect) == collections;
      if (fails) size = cli::operations_of(program);
      return fails;
    });
    // What starts a goroutine that stores or collects is needed, and nothing else.
    RC_ASSERT(cli::operations_of(least) == stores + collections + count(least, MutatorOp::spawn));
    RC_ASSERT(count(least, MutatorOp::spawn) + 1 == least.goroutines.size());
    for (std::size_t g = 1; g < least.goroutines.size(); g++) {
      RC_ASSERT(!least.goroutines[g].empty());
    }
  }));
}

TEST_CASE("calls lose what they run, themselves, and their depth") {
  MutatorProgram program;
  std::string error;
  const std::string text =
      "mutator-program 1\ngoroutine\n  call 4 deep\n    yield\n    call 2\n      yield\n"
      "      collect\n  spawn 2\ngoroutine\ngoroutine\n  yield\n";
  REQUIRE_MESSAGE(cli::parse_mutator_program(text, "text", &program, &error), error);
  const auto smallest = [&](const auto& fails) {
    return cli::write_mutator_program(cli::shrink_program(program, fails));
  };
  CHECK(smallest([](const MutatorProgram& p) { return count(p, MutatorOp::collect) == 1; }) ==
        "mutator-program 1\ngoroutine\n  collect\n");
  const auto calls = [](const MutatorProgram& p) {
    return count(p, MutatorOp::call) + count(p, MutatorOp::call_deep) == 2 &&
           count(p, MutatorOp::collect) == 1;
  };
  CHECK(smallest(calls) == "mutator-program 1\ngoroutine\n  call 2\n    call 1\n      collect\n");
  const auto spawned = [](const MutatorProgram& p) {
    return p.goroutines.size() == 2 && !p.goroutines[1].empty();
  };
  const auto starts = [&](const MutatorProgram& p) { return p == program || spawned(p); };
  CHECK(smallest(starts) == "mutator-program 1\ngoroutine\n  spawn 1\ngoroutine\n  yield\n");
}

// The first generated program that violates something.
MutatorProgram find_program(const std::string& mutant) {
  constexpr int programs_max = 2000, schedules = 3;
  cli::ProgramRuns runs("sc", {mutant});
  const auto generator = cli::mutator_programs();
  rc::Random random(1);
  for (int i = 0; i < programs_max; i++) {
    const auto program = generator(random.split(), 20 + i % 60);
    if (!runs.violated(program.value(), schedules).empty()) return program.value();
  }
  FAIL("no program fails");
  return {};
}

cli::Options command(const char* name, const std::string& subject) {
  cli::Options o;
  o.command = name;
  o.subject = subject;
  o.json = true;  // one line in the log of the test
  return o;
}

MutatorProgram program_in(const std::string& path) {
  std::string error;
  const auto loaded = cli::load_mutators(path, &error);
  REQUIRE_MESSAGE(loaded, error);
  return loaded->program;
}

TEST_CASE("a planted bug is found by a generated program, and shrinks to ten operations") {
  for (const std::string mutant : {"wb-absent", "stack-not-rescanned"}) {
    CAPTURE(mutant);
    const cli::TestFolder folder;
    const MutatorProgram whole = find_program(mutant);
    const std::string big = folder.path("big"), small = folder.path("small");
    cli::Options o = command("explore", "mutator-program");
    o.input = folder.file("program", cli::write_mutator_program(whole));
    o.mutants = {mutant};
    o.trace = big;
    o.shrink = false;
    REQUIRE(explore(o) == cli::exit_violation);
    o = command("shrink", big);
    o.output = small;
    REQUIRE(shrink(o) == cli::exit_violation);
    const MutatorProgram least = program_in(small + cli::program_suffix);
    MESSAGE(fmt::format("{}: {} operations, then\n{}", mutant, cli::operations_of(whole),
                        cli::write_mutator_program(least)));
    CHECK(cli::operations_of(whole) > 10);
    CHECK(cli::operations_of(least) <= 10);
    CHECK(replay(command("replay", small)) == cli::exit_violation);
    const auto before = traces::read_trace_file(big), after = traces::read_trace_file(small);
    REQUIRE(before);
    REQUIRE(after);
    CHECK(cli::recorded_invariant(*after) == cli::recorded_invariant(*before));
    CHECK(program_in(folder.path("program")) == whole);  // what was given is not touched
  }
}

// A failing execution of the sample, in a trace.
cli::Options found_in_sample(const cli::TestFolder& folder) {
  cli::Options o = command("explore", "mutator-program");
  o.input = cli::mutator_sample;
  o.mutants = {"wb-absent"};
  o.trace = folder.path("big");
  o.shrink = false;
  REQUIRE(explore(o) == cli::exit_violation);
  o = command("shrink", o.trace);
  o.output = folder.path("small");
  return o;
}

TEST_CASE("shrinking a program again gives the same bytes, also with a limit") {
  const cli::TestFolder folder;
  cli::Options o = found_in_sample(folder);
  o.executions_max = 400;
  REQUIRE(shrink(o) == cli::exit_violation);
  const std::string trace = *traces::read_file(o.output);
  const std::string program = *traces::read_file(o.output + cli::program_suffix);
  CHECK(replay(command("replay", o.output)) == cli::exit_violation);
  REQUIRE(shrink(o) == cli::exit_violation);
  CHECK(*traces::read_file(o.output) == trace);
  CHECK(*traces::read_file(o.output + cli::program_suffix) == program);
}

TEST_CASE("a program that cannot be written is an error") {
  const cli::TestFolder folder;
  const cli::Options o = found_in_sample(folder);
  std::filesystem::create_directory(o.output + cli::program_suffix);
  CHECK(shrink(o) == cli::exit_usage);
}

}  // namespace
