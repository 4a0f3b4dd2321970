// The sampling explorers against depth-first search on random programs: never another final state
// or violation, and all of them in the end.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "cli/search.h"
#include "cli/session.h"

namespace {

struct Found {
  std::set<std::int64_t> states;  // final ones
  std::set<std::string> violations;
};

cli::Options program(std::int64_t number, int threads, int operations, const char* memory_model) {
  cli::Options o;
  o.command = "explore";
  o.subject = "random-program";
  o.memory_model = memory_model;
  o.params = {{"threads", threads}, {"operations", operations}, {"program", number}};
  return o;
}

// Runs until the search ends, or has found all of `wanted`, past violations.
Found explore(cli::Options o, const char* explorer, const Found* wanted) {
  o.explorer = explorer;
  o.executions_max = wanted == nullptr ? 0 : 40000;
  cli::Session s;
  REQUIRE(s.set_up(o, {}) == "");
  Found found;
  const auto is_complete = [&] {
    return wanted != nullptr && found.states.size() >= wanted->states.size() &&
           found.violations.size() >= wanted->violations.size();
  };
  while (!is_complete()) {
    const auto depth = s.explorer->next_execution();
    if (!depth) break;
    s.machine.execute(*depth);
    if (!s.machine.violations.empty()) {
      found.violations.insert(s.machine.violations[0].invariant);
      s.machine.violations.clear();
    } else if (s.machine.ended == sim::End::complete) {
      found.states.insert(s.env.results[0].value);
    }
  }
  return found;
}

void compare(const char* explorer, std::int64_t first, int count, int threads, int operations,
             const char* memory_model) {
  for (std::int64_t number = first; number < first + count; number++) {
    CAPTURE(explorer);
    CAPTURE(number);
    CAPTURE(memory_model);
    const cli::Options o = program(number, threads, operations, memory_model);
    const Found all = explore(o, "dfs", nullptr);
    const Found sampled = explore(o, explorer, &all);
    CHECK(sampled.states == all.states);
    CHECK(sampled.violations == all.violations);
  }
}

TEST_CASE("explorers that sample find what dfs finds") {
  for (const auto& entry : model::explorers()) {
    if (entry.manner != model::Manner::samples) continue;
    compare(entry.name, 100, 15, 2, 3, "sc");
    compare(entry.name, 200, 8, 3, 2, "sc");
    compare(entry.name, 300, 10, 2, 3, "tso");
  }
}

TEST_CASE("the same seed gives the same executions, another seed others") {
  for (const auto& entry : model::explorers()) {
    if (entry.manner != model::Manner::samples) continue;
    CAPTURE(entry.name);
    cli::Options o;
    o.command = "explore";
    o.subject = "sweep-alloc";
    o.explorer = entry.name;
    o.memory_model = "tso";
    o.executions_max = 60;
    const cli::Outcome once = cli::search(o, {});
    CHECK(once.error == "");
    CHECK(once.violations.empty());
    CHECK(once.coverage == model::Coverage::sampled);
    CHECK(cli::search(o, {}).hash == once.hash);
    o.seed = 2;
    CHECK(cli::search(o, {}).hash != once.hash);
  }
}

TEST_CASE("what the weighted walk takes an interest in lies in the simulated memory") {
  cli::Options o;
  o.command = "explore";
  o.subject = "sweep-alloc";
  o.explorer = "weighted-walk";
  cli::Session s;
  REQUIRE(s.set_up(o, {}) == "");
  const auto& interest = s.interest;
  REQUIRE(interest.size() > 5);
  for (std::size_t i = 0; i < interest.size(); i++) {
    CHECK(sim::in_region(interest[i].start));
    CHECK(interest[i].bytes > 0);
    if (i > 0) CHECK(interest[i].start > interest[i - 1].start + interest[i - 1].bytes);
  }
  // It is memory that the program works on.
  s.explorer->next_execution();
  s.machine.recording = true;
  s.machine.execute(0);
  const auto hits = std::count_if(
      s.machine.step_log.begin(), s.machine.step_log.end(), [&](const sim::StepRecord& step) {
        return std::any_of(interest.begin(), interest.end(), [&](const auto& range) {
          return step.address - range.start < range.bytes;
        });
      });
  CHECK(hits > 20);
  CHECK(static_cast<std::size_t>(hits) < s.machine.step_log.size());
}

}  // namespace
