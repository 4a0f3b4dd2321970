// `tricolor replay TRACE --at N` and `--interactive`.
#include <fmt/format.h>

#include <iostream>
#include <sstream>

#include "cli/commands.h"
#include "cli/debugger.h"
#include "cli/recording.h"
#include "cli/tolerant.h"
#include "cli/trace_input.h"

namespace cli {
namespace {

constexpr const char* help =
    "goto N              stop before step N\n"
    "step                stop before the next step\n"
    "back                stop before the previous step\n"
    "threads             what each thread does next\n"
    "last-write ADDRESS  the last step so far that changed the 8 bytes there\n"
    "print ADDRESS       the 8 bytes there\n"
    "quit\n"
    "An address is a region offset or an absolute one.\n";

void show(const Debugger& d) {
  if (d.position() > d.step_count()) {
    fmt::print("at the end, after step {}\n", d.step_count());
  } else {
    fmt::print("before {}\n", d.describe(d.position()));
  }
}

// What is wrong with the step, or nothing.
std::string step_problem(const Debugger& d, const std::string& text, std::size_t* step) {
  std::size_t used = 0;
  try {
    *step = std::stoull(text, &used);
  } catch (const std::exception&) {
    used = 0;
  }
  if (used != 0 && used == text.size() && *step >= 1 && *step <= d.step_count() + 1) return "";
  return fmt::format("a step is a number from 1 to {}, the end", d.step_count() + 1);
}

// False at `quit`. Every problem is one line, and nothing has happened then.
bool obey(Debugger& d, const std::string& line) {
  std::istringstream words(line);
  std::string verb, argument, rest;
  words >> verb >> argument >> rest;
  if (verb.empty()) return true;
  if (verb == "quit") return false;
  std::string problem;
  std::size_t step = d.position();
  const bool takes_argument = verb == "goto" || verb == "last-write" || verb == "print";
  if (takes_argument == argument.empty() || !rest.empty()) {
    problem = takes_argument ? verb + " takes one argument" : verb + " takes no argument";
  }
  if (verb == "goto" || verb == "back" || verb == "step") {
    if (verb == "back") argument = std::to_string(step - 1);
    if (verb == "step") argument = std::to_string(step + 1);
    if (problem.empty()) problem = step_problem(d, argument, &step);
    if (problem.empty()) {
      d.go_to(step);
      show(d);
    }
  } else if (verb == "last-write" || verb == "print") {
    const std::uint64_t address = Debugger::address_of(argument);
    if (problem.empty() && !d.is_readable(address)) {
      problem = "'" + argument + "' is no address of the simulated memory";
    }
    if (problem.empty()) {
      fmt::print("{}\n", verb == "print" ? d.print(address) : d.last_write(address));
    }
  } else if (verb == "threads") {
    if (problem.empty()) fmt::print("{}", d.threads());
  } else {
    problem = verb == "help" ? "" : "unknown command '" + verb + "'; `help` lists them";
    if (verb == "help") fmt::print("{}", help);
  }
  if (!problem.empty()) fmt::print("{}\n", problem);
  return true;
}

}  // namespace

int debug(const Options& given) {
  if (given.json) {
    fmt::print(stderr, "tricolor: --at and --interactive print text; leave --json away\n");
    return exit_usage;
  }
  const auto input = read_trace_input(given);
  if (!input) return exit_usage;
  const Alignment alignment = align(input->options, input->trace);
  print_alignment(alignment, given.subject);
  std::string problem = alignment.error;
  Debugger d;
  if (problem.empty()) {
    problem = d.start(input->options, alignment.choices, recorded_invariant(input->trace));
  }
  if (!problem.empty()) {
    fmt::print(stderr, "tricolor: {}: {}\n", given.subject, problem);
    return alignment.reproduced ? exit_usage : exit_diverged;
  }
  if (given.at > d.step_count()) {
    fmt::print(stderr, "tricolor: --at {}: the execution has {} steps\n", given.at, d.step_count());
    return exit_usage;
  }
  d.go_to(given.at != 0 ? given.at : 1);
  show(d);
  fmt::print("{}", d.threads());
  std::fflush(stdout);
  if (given.at != 0) tricolor_breakpoint(given.at);
  for (std::string line; given.interactive && std::getline(std::cin, line);) {
    const bool more = obey(d, line);
    std::fflush(stdout);
    if (!more) break;
  }
  // The rest runs too, so that watchpoints of a debugger see it.
  d.go_to(d.step_count() + 1);
  return exit_violation;
}

}  // namespace cli
