// For tests that compare explorers on random programs: everything that a search comes to.
#pragma once

#include <doctest/doctest.h>

#include <cstdint>
#include <set>
#include <string>

#include "cli/search.h"
#include "cli/session.h"

namespace cli {

struct Found {
  std::set<std::int64_t> states;  // final ones
  std::set<std::string> violations;
  std::uint64_t complete = 0, blocked = 0, redundant = 0, violating = 0;
  model::Coverage coverage = model::Coverage::inconclusive;
};

inline Options random_program(std::int64_t number, int threads, int operations,
                              const char* memory_model) {
  Options o;
  o.command = "explore";
  o.subject = "random-program";
  o.memory_model = memory_model;
  o.params = {{"threads", threads}, {"operations", operations}, {"program", number}};
  return o;
}

// What the execution that just ended has come to, past violations.
inline void count(Session& s, const model::Explorer& explorer, Found& found) {
  if (!s.machine.violations.empty()) {
    found.violations.insert(s.machine.violations[0].invariant);
    found.violating++;
    s.machine.violations.clear();
  } else if (s.machine.ended == sim::End::blocked) {
    found.blocked++;
  } else if (s.machine.ended == sim::End::abandoned) {
    found.redundant++;
  } else {
    found.states.insert(s.env.results[0].value);
    explorer.last_execution_was_new() ? found.complete++ : found.redundant++;
  }
}

// Runs the whole search.
inline Found explore(Session& s, model::Explorer& explorer) {
  Found found;
  s.machine.explorer = &explorer;
  while (const auto depth = explorer.next_execution()) {
    s.machine.execute(*depth);
    count(s, explorer, found);
  }
  found.coverage = explorer.coverage();
  return found;
}

inline Found explore(Options o, const char* explorer) {
  o.explorer = explorer;
  Session s;
  REQUIRE(s.set_up(o, {}) == "");
  if (!s.machine.violations.empty()) {  // before the first step
    Found found;
    found.violations.insert(s.machine.violations[0].invariant);
    found.violating = 1;
    return found;
  }
  return explore(s, *s.explorer);
}

// What takes executions for one another goes neither with searches that compare states thread by
// thread, nor with parts, nor with models under which values are choices.
inline void check_refused_beside_others(const Options& options, const char* weak_model) {
  const auto error = [&](auto change) {
    Options o = options;
    change(o);
    return search(o, {}).error;
  };
  CHECK(error([](Options& o) { o.liveness = true; }).find("--liveness") != std::string::npos);
  CHECK(error([](Options& o) { o.workers = 2; }).find("--workers") != std::string::npos);
  CHECK(error([&](Options& o) { o.memory_model = weak_model; }).find(weak_model) !=
        std::string::npos);
}

}  // namespace cli
