// dpor against depth-first search on random programs: the same final states, the same violations,
// and never more executions than there are classes of equivalent ones.
#include "model/dpor.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "cli/search.h"
#include "cli/test_options.h"
#include "cli/test_random_programs.h"
#include "model/dfs.h"

namespace {

using cli::explore;
using cli::Found;

// Depth-first search that counts classes: executions whose steps have the same order.
class Classes final : public model::Explorer {
 public:
  std::optional<std::size_t> next_execution() override {
    if (order_.size() != 0) seen_.insert(spell());
    const auto depth = dfs_.next_execution();
    if (depth) order_.truncate(*depth < steps_at_.size() ? steps_at_[*depth] : 0);
    depth_ = depth.value_or(0);
    return depth;
  }
  std::uint32_t choose(const model::ChoicePoint& point) override {
    steps_at_.resize(depth_++);
    steps_at_.push_back(order_.size());
    return dfs_.choose(point);
  }
  void on_step(const model::Step& step) override {
    answers_.resize(order_.size());
    answers_.emplace_back();
    for (const model::StepAnswer& a : step.answers) answers_.back().push_back(a.chosen);
    order_.push(step);
  }
  bool supports_backtrack() const override { return true; }
  bool reduces() const override { return true; }
  model::Coverage coverage() const override { return dfs_.coverage(); }
  std::size_t count() const { return seen_.size(); }

 private:
  // By actor and number: what each step was answered, and what is before it.
  std::vector<std::uint32_t> spell() const {
    std::vector<std::vector<std::uint32_t>> steps;
    std::vector<std::uint32_t> numbers(128);
    for (std::uint32_t i = 0; i < order_.size(); i++) {
      std::vector<std::uint32_t> step = {order_.actor(i), numbers[order_.actor(i)]++};
      std::vector<std::uint32_t> counts(128);
      for (std::uint32_t k = 0; k < i; k++) {
        if (order_.before(k, i)) counts[order_.actor(k)]++;
      }
      step.insert(step.end(), counts.begin(), counts.begin() + 4);
      step.insert(step.end(), counts.begin() + 64, counts.begin() + 68);
      step.insert(step.end(), answers_[i].begin(), answers_[i].end());
      steps.push_back(step);
    }
    std::sort(steps.begin(), steps.end());
    std::vector<std::uint32_t> all;
    for (const auto& step : steps) all.insert(all.end(), step.begin(), step.end());
    return all;
  }

  model::Dfs dfs_{model::ExplorerOptions{}};
  model::HappensBefore order_;
  std::vector<std::vector<std::uint32_t>> answers_;  // by step
  std::vector<std::uint32_t> steps_at_;              // by choice: steps before it
  std::size_t depth_ = 0;                            // choices made in this execution
  std::set<std::vector<std::uint32_t>> seen_;
};

// Compares and counts on `count` programs from number `first` on.
struct Comparison {
  std::int64_t first;
  int count;
  int threads, operations;
  const char* memory_model;
  bool values = false;
  bool locks = true;
};

// What dpor runs is one execution of each class that depth-first search goes through.
void check_classes(cli::Options o, const Found& reduced) {
  o.explorer = "dpor";
  cli::Session s;
  REQUIRE(s.set_up(o, {}) == "");
  Classes classes;
  explore(s, classes);
  CHECK(reduced.complete + reduced.blocked + reduced.violating == classes.count());
}

void compare(const Comparison& c) {
  std::uint64_t redundant = 0;
  for (std::int64_t number = c.first; number < c.first + c.count; number++) {
    CAPTURE(number);
    CAPTURE(c.threads);
    CAPTURE(c.operations);
    CAPTURE(c.memory_model);
    cli::Options o = cli::random_program(number, c.threads, c.operations, c.memory_model);
    if (!c.locks) o.params.insert(o.params.end(), {{"locks", 0}, {"waits", 0}});
    if (c.values) {
      o.params.emplace_back("values", 1);
      o.decide = true;
      o.spurious = o.refuse = 1;
    }
    const Found all = explore(o, "dfs");
    const Found reduced = explore(o, "dpor");
    CHECK(reduced.states == all.states);
    CHECK(reduced.violations == all.violations);
    redundant += reduced.redundant;
    check_classes(o, reduced);
  }
  CHECK(redundant == 0);
}

TEST_CASE("dpor takes waits that end early, or for no reason, as depth-first search does") {
  cli::Options o;
  o.command = "explore";
  o.subject = "note";
  o.params = {{"timeout_ns", 100}};
  o.spurious = 2;
  for (const char* memory_model : {"sc", "tso"}) {
    CAPTURE(memory_model);
    o.memory_model = memory_model;
    const Found reduced = explore(o, "dpor");
    CHECK(reduced.complete > 50);
    CHECK(reduced.violations.empty());
    CHECK(reduced.redundant == 0);
    check_classes(o, reduced);
  }
}

TEST_CASE("dpor has the known numbers of executions, none of them twice") {
  const auto count = [](const char* scenario, cli::Options o, std::int64_t threads,
                        std::int64_t rounds) {
    o.command = "explore";
    o.subject = scenario;
    o.explorer = "dpor";
    o.params = {{"threads", threads}};
    if (rounds != 0) o.params.emplace_back("rounds", rounds);
    const cli::Outcome outcome = cli::search(o, {});
    CHECK(outcome.coverage == model::Coverage::exhausted);
    CHECK(outcome.redundant == 0);
    return outcome.executions;
  };
  cli::Options o;
  o.awaits = false;
  CHECK(count("counter", o, 5, 0) == 120);
  CHECK(count("counter", o, 7, 0) == 5040);
  // As GenMC and Nidhugg count them.
  CHECK(count("lfstack", o, 2, 1) == 46);
  CHECK(count("lfstack", o, 2, 2) == 16922);
  CHECK(count("lfstack", o, 3, 1) == 68892);
  // As GenMC counts them when a failed iteration of pop ends the execution.
  o.awaits = true;
  CHECK(count("lfstack", o, 2, 1) == 22);
  CHECK(count("lfstack", o, 2, 2) == 2226);
  CHECK(count("lfstack", o, 3, 1) == 4812);
}

TEST_CASE("dpor refuses what it would not search soundly") {
  cli::Options o = cli::random_program(1, 2, 2, "sc");
  o.explorer = "dpor";
  o.checkers = {"lock-order"};
  CHECK(cli::search(o, {}).error.find("data-race") != std::string::npos);
}

// Up to 12 steps in all: a store that is buffered is two, an operation under a lock four or more.
TEST_CASE("dpor finds what dfs finds, once a class: sc") {
  compare({1000, 100, 2, 3, "sc"});
  compare({2000, 60, 2, 4, "sc"});
  compare({2500, 20, 2, 6, "sc", false, false});
  compare({3000, 50, 3, 2, "sc"});
  compare({3500, 10, 4, 2, "sc"});
  compare({3600, 40, 4, 1, "sc"});
  compare({3700, 20, 3, 3, "sc", false, false});
}

TEST_CASE("dpor finds what dfs finds, once a class: tso") {
  compare({4000, 100, 2, 2, "tso"});
  compare({5000, 100, 2, 3, "tso"});
  compare({6000, 60, 3, 2, "tso"});
  compare({7000, 40, 4, 1, "tso"});
}

TEST_CASE("dpor finds what dfs finds, once a class: choices of values under sc") {
  compare({10000, 60, 2, 2, "sc", true});
  compare({11000, 60, 2, 3, "sc", true});
  compare({12000, 60, 3, 2, "sc", true});
}

TEST_CASE("dpor finds what dfs finds, once a class: choices of values under tso") {
  compare({14000, 60, 2, 2, "tso", true});
  compare({15000, 60, 2, 3, "tso", true});
  compare({16000, 60, 3, 2, "tso", true});
}

// Its executions need not be fair: the marker that waits in getfull may be alone until it has
// waited for longer than it ever would.
TEST_CASE("a thread whose patience ends where nobody else moved has shown nothing") {
  cli::Options o = cli::explore_options("concurrent-gc", "dpor");
  o.params = {{"rounds", 2}};
  o.executions_max = 50;
  const cli::Outcome outcome = cli::search(o, {});
  CHECK(outcome.violations.empty());
  CHECK(outcome.executions + outcome.blocked + outcome.redundant == 50);
  CHECK(std::count_if(outcome.limits.begin(), outcome.limits.end(), [](const std::string& limit) {
          return limit.starts_with("patience=");
        }) == 1);
}

}  // namespace
