// PCT: the bugs of each depth are found as often as it promises.
#include "model/pct.h"

#include <doctest/doctest.h>

#include <cmath>

#include "model/toy_program.h"

namespace model {
namespace {

struct Rate {
  std::uint64_t found = 0, executions = 0;
  double promised = 0;  // of each execution
};

// The share of executions whose log the predicate calls a bug, over many seeds.
template <class Bug>
Rate measure(const toy::Program& program, std::uint32_t depth, Bug bug) {
  Rate rate;
  for (std::uint64_t seed = 1; seed <= 40; seed++) {
    ExplorerOptions options;
    options.seed = seed;
    options.executions_max = 251;
    options.depth = depth;
    Pct pct(options);
    const auto logs = toy::logs(toy::explore(program, pct, false));
    // The first one measures.
    for (std::size_t i = 1; i < logs.size(); i++) rate.found += bug(logs[i]) ? 1 : 0;
    rate.executions += logs.size() - 1;
    rate.promised +=
        1.0 / (pct.actors() * std::pow(static_cast<double>(pct.length()), depth - 1.0)) / 40;
  }
  return rate;
}

std::string without_2(std::string log) {
  std::erase(log, '2');
  return log;
}

void check(const Rate& rate) {
  CAPTURE(rate.found);
  CAPTURE(rate.executions);
  CHECK(rate.executions == 40 * 250);
  CHECK(rate.promised * static_cast<double>(rate.executions) >= 10);  // else it says little
  CHECK(static_cast<double>(rate.found) >= rate.promised * static_cast<double>(rate.executions));
}

TEST_CASE("pct finds bugs of depth 1, 2 and 3 as often as it promises") {
  const toy::Program program{{10, 10, 1}, {false, false, false}};
  // Thread 2 goes before all others: its priority is the highest.
  check(measure(program, 1, [](const std::string& log) { return log.front() == '2'; }));
  // All of thread 1 lies between two steps of thread 0.
  check(measure(program, 2,
                [](const std::string& log) { return without_2(log) == "00000011111111110000"; }));
  // Each of threads 0 and 1 stops once.
  const toy::Program small{{3, 3, 1}, {false, false, false}};
  check(measure(small, 3, [](const std::string& log) { return without_2(log) == "001011"; }));
  // Whoever fell first may stay below who fell later, and above.
  for (const char* order : {"0011210", "0011201"}) {
    CHECK(measure(small, 3, [=](const std::string& log) { return log == order; }).found > 20);
  }
}

TEST_CASE("pct goes on with one thread until its priority falls") {
  ExplorerOptions options;
  options.depth = 1;
  options.executions_max = 50;
  Pct pct(options);
  const auto logs = toy::logs(toy::explore({{3, 3, 3}, {false, false, false}}, pct, false));
  for (std::size_t i = 1; i < logs.size(); i++) {
    std::size_t switches = 0;
    for (std::size_t k = 1; k < 9; k++) switches += logs[i][k] != logs[i][k - 1] ? 1 : 0;
    CHECK(switches == 2);
  }
}

TEST_CASE("a thread that waits for others is not on top for ever") {
  // Thread 0 spins: the execution ends when the other has moved once.
  ExplorerOptions options;
  options.executions_max = 200;
  Pct pct(options);
  std::size_t longest = 0;
  while (pct.next_execution()) {
    std::size_t asked = 1;
    while (pct.choose({ChoiceKind::schedule, 2, 0, 2, 0b11}) == 0) asked++;
    longest = std::max(longest, asked);
  }
  CHECK(longest > 3);
  CHECK(longest < 10 * pct.length() + 100);
}

}  // namespace
}  // namespace model
