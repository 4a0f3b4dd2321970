// Bounded searches against brute force: right executions, once each, cheapest first.
#include "model/bounded_search.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>

#include "model/delay_bound.h"
#include "model/preemption_bound.h"
#include "model/toy_program.h"

namespace model {
namespace {

// What a strategy bounds, and where its bound is given.
struct Preemptions {
  using Search = PreemptionBound;
  static constexpr auto cost = &toy::State::preemptions;
  static constexpr auto bound = &ExplorerOptions::preemptions;
};
struct Delays {
  using Search = DelayBound;
  static constexpr auto cost = &toy::State::delays;
  static constexpr auto bound = &ExplorerOptions::delays;
};

template <class Bounded>
std::vector<std::string> with_at_most(const std::vector<toy::State>& all, std::uint32_t bound) {
  std::vector<std::string> result;
  for (const toy::State& state : all) {
    if (state.*Bounded::cost <= bound) result.push_back(state.log);
  }
  std::sort(result.begin(), result.end());
  return result;
}

toy::Program any_program() {
  toy::Program program;
  const auto threads = *rc::gen::inRange<std::size_t>(1, 4);
  for (std::size_t t = 0; t < threads; ++t) {
    program.steps.push_back(*rc::gen::inRange<std::uint32_t>(0, 4));
    program.coins.push_back(t == 0 && *rc::gen::arbitrary<bool>());
  }
  return program;
}

TEST_CASE_TEMPLATE("each execution within the bound is counted exactly once, cheapest first",
                   Bounded, Preemptions, Delays) {
  const bool ok = rc::check([](bool restore) {
    const toy::Program program = any_program();
    const auto all = toy::brute_force(program);
    std::uint32_t most = 0;
    for (const toy::State& state : all) most = std::max(most, state.*Bounded::cost);

    ExplorerOptions options;
    const auto bound = *rc::gen::inRange<std::uint32_t>(0, 6);
    options.*Bounded::bound = bound;
    typename Bounded::Search search(options);
    const auto found = toy::explore(program, search, restore);
    RC_ASSERT(std::is_sorted(found.begin(), found.end(), [](const auto& a, const auto& b) {
      return a.*Bounded::cost < b.*Bounded::cost;
    }));
    RC_ASSERT(with_at_most<Bounded>(found, bound) == with_at_most<Bounded>(all, bound));
    RC_ASSERT(found.size() == with_at_most<Bounded>(all, bound).size());
    const bool complete = bound >= most;
    RC_ASSERT(search.coverage() == (complete ? Coverage::exhausted : Coverage::bounded));
    RC_ASSERT(search.limits().size() == (complete ? 0u : 1u));
  });
  CHECK(ok);
}

TEST_CASE("drains, other kinds and blocked threads cost nothing") {
  ExplorerOptions options;
  options.preemptions = 0;
  PreemptionBound search(options);
  std::vector<std::uint32_t> seen;
  while (search.next_execution()) {
    search.rewind();
    // Thread 1 goes on; options 0 and 2 would preempt it; 3 and 4 are drains.
    seen.push_back(search.choose({ChoiceKind::schedule, 5, 1, 3, 0b111, 0b11}));
    seen.push_back(search.choose({ChoiceKind::schedule, 2, -1, 0, 0, 0b11}));
    seen.push_back(search.choose({ChoiceKind::load, 2}));
  }
  CHECK(seen.size() == 3 * 3 * 2 * 2);
  CHECK(std::count(seen.begin(), seen.end(), 3) == 4);
  CHECK(search.coverage() == Coverage::bounded);
}

TEST_CASE("a thread that waits for its own stores is passed over like any other") {
  ExplorerOptions options;
  options.delays = 1;
  DelayBound search(options);
  std::vector<std::uint32_t> seen;
  while (search.next_execution()) {
    search.rewind();
    // Thread 1 can only drain. Behind it come 2, and at a second delay 0.
    seen.push_back(search.choose({ChoiceKind::schedule, 3, 2, 2, 0b101, 0b010, nullptr, 1}));
  }
  CHECK(seen == std::vector<std::uint32_t>{2, 2, 1});
  CHECK(search.coverage() == Coverage::bounded);
}

TEST_CASE("the limit on executions counts new executions") {
  ExplorerOptions options;
  options.executions_max = 3;
  PreemptionBound search(options);
  CHECK(toy::explore({{2, 2}, {false, false}}, search, true).size() == 3);
  CHECK(search.coverage() == Coverage::inconclusive);
  CHECK(search.limits() == std::vector<std::string>{"executions_max=3"});
}

}  // namespace
}  // namespace model
