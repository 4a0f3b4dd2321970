// Stopping a recorded execution anywhere, through the class and through the command's standard
// input.
#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdio>
#include <iostream>
#include <sstream>

#include "cli/commands.h"
#include "cli/debugger.h"
#include "cli/recording.h"
#include "cli/test_folder.h"

namespace cli {
namespace {

std::string record(const TestFolder& folder, const char* memory_model = "sc") {
  Options o;
  o.command = "explore";
  o.subject = "lfstack-aba";
  o.mutants = {"lfstack-no-count"};
  o.explorer = "dfs";
  o.memory_model = memory_model;
  o.shrink = false;
  o.json = true;
  o.trace = folder.path(memory_model);
  REQUIRE(explore(o) == exit_violation);
  return o.trace;
}

TEST_CASE("any step can be reached from any other, with the same state") {
  const TestFolder folder;
  for (const char* memory_model : {"sc", "tso"}) {
    CAPTURE(memory_model);
    const auto trace = traces::read_trace_file(record(folder, memory_model));
    REQUIRE(trace);
    Debugger d;
    REQUIRE(d.start(options_of(*trace, {}), trace->choices, recorded_invariant(*trace)) == "");
    const std::size_t end = d.step_count() + 1;
    REQUIRE(end > 8);
    CHECK(d.position() == end);
    const std::uint64_t head = Debugger::address_of("0x100000");
    std::vector<std::string> forwards(end + 1);
    for (std::size_t step = 1; step <= end; step++) {
      d.go_to(step);
      CHECK(d.position() == step);
      forwards[step] = d.print(head) + d.threads();
    }
    for (std::size_t step = end; step >= 1; step--) {
      d.go_to(step);
      CHECK(d.print(head) + d.threads() == forwards[step]);
    }
    d.go_to(5);
    d.go_to(end);
    d.go_to(2);
    CHECK(d.print(head) + d.threads() == forwards[2]);
  }
}

TEST_CASE("the last write is the step that changed the bytes") {
  const TestFolder folder;
  const auto trace = traces::read_trace_file(record(folder));
  REQUIRE(trace);
  Debugger d;
  REQUIRE(d.start(options_of(*trace, {}), trace->choices, recorded_invariant(*trace)) == "");
  const std::uint64_t head = Debugger::address_of("0x100000");
  d.go_to(1);
  CHECK(d.last_write(head) == "nothing has changed it so far");
  CHECK(d.position() == 1);
  d.go_to(d.step_count());
  const std::string before = d.print(head);
  const std::string found = d.last_write(head);
  INFO(found);
  CHECK(found.find("read-modify-write") != std::string::npos);
  CHECK(d.print(head) == before);
  CHECK(d.position() == d.step_count());
}

TEST_CASE("addresses are offsets or absolute, and nothing else") {
  CHECK(Debugger::address_of("0x40") == sim::space_base + 0x40);
  CHECK(Debugger::address_of("64") == sim::space_base + 64);
  CHECK(Debugger::address_of("0x200000000040") == sim::space_base + 0x40);
  for (const char* text : {"", "x", "12z", "-1"}) CHECK(Debugger::address_of(text) == 0);
}

// What the command prints for these lines on standard input.
std::string session(const Options& o, const std::string& input, int expected) {
  std::istringstream lines(input);
  std::streambuf* old = std::cin.rdbuf(lines.rdbuf());
  std::fflush(stdout);
  const int screen = dup(1);
  std::FILE* file = std::tmpfile();
  REQUIRE(file != nullptr);
  dup2(fileno(file), 1);
  const int code = debug(o);
  std::fflush(stdout);
  dup2(screen, 1);
  close(screen);
  std::cin.rdbuf(old);
  std::cin.clear();
  std::rewind(file);
  std::string text;
  for (int c = std::fgetc(file); c != EOF; c = std::fgetc(file)) text += static_cast<char>(c);
  std::fclose(file);
  CHECK(code == expected);
  return text;
}

TEST_CASE("commands on standard input") {
  const TestFolder folder;
  Options o;
  o.command = "replay";
  o.subject = record(folder);
  o.interactive = true;
  const std::string text = session(o,
                                   "goto 4\nback\nstep\nthreads\nprint 0x100000\n"
                                   "last-write 0x100000\n\nhelp\nquit\nstep\n",
                                   exit_violation);
  CAPTURE(text);
  CHECK(text.find("before step 1: ") == 0);
  const auto third = text.find("before step 3: ");
  REQUIRE(third != std::string::npos);
  CHECK(text.find("before step 4: ") < third);
  CHECK(text.find("before step 4: ", third) != std::string::npos);
  CHECK(text.find("thread 1: next step ") != std::string::npos);
  CHECK(text.find("scenario: 0x") != std::string::npos);
  CHECK(text.find("before step 5: ") == std::string::npos);
  const std::string wrong =
      session(o, "goto\ngoto 0\ngoto 99999\nback\nprint 0xffffffffffff\nprint x\nfly\nstep 1\n",
              exit_violation);
  CAPTURE(wrong);
  for (const char* problem : {"goto takes one argument", "a step is a number from 1 to ",
                              "is no address", "unknown command 'fly'", "step takes no argument"}) {
    CHECK(wrong.find(problem) != std::string::npos);
  }
}

TEST_CASE("--at stops before a step of the execution, and only there") {
  const TestFolder folder;
  Options o;
  o.command = "replay";
  o.subject = record(folder);
  o.at = 3;
  CHECK(session(o, "", exit_violation).find("before step 3: ") == 0);
  o.at = 1'000'000;
  CHECK(session(o, "", exit_usage) == "");
  o.at = 3;
  o.json = true;
  CHECK(session(o, "", exit_usage) == "");
}

}  // namespace
}  // namespace cli
