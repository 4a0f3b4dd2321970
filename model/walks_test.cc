// The random walks with weights: where they switch, and what habits they have.
#include <doctest/doctest.h>

#include <set>

#include "model/swarm.h"
#include "model/weighted_walk.h"

namespace model {
namespace {

TEST_CASE("the weighted walk changes threads at accesses of interest") {
  const std::vector<AddressRange> interest = {{100, 8}, {200, 16}};
  ExplorerOptions options;
  options.executions_max = 2000;
  options.interest = &interest;
  // Thread 0 runs; thread 1 could.
  const auto switches = [&](NextStep running, NextStep other) {
    const NextStep next[2] = {running, other};
    const ChoicePoint point{.kind = ChoiceKind::schedule,
                            .options = 2,
                            .current = 0,
                            .drains_from = 2,
                            .ready = 0b11,
                            .next = next};
    WeightedWalk walk(options);
    int count = 0;
    while (walk.next_execution()) count += walk.choose(point) == 1 ? 1 : 0;
    return count;
  };
  const NextStep dull{96, 4, true}, behind{216, 8, true}, phase{104, 4, true}, mark{200, 1, true};
  const int seldom = switches(dull, behind);
  CHECK(seldom < 600);  // on the average of 1/2, 1/5, 1/17 and 1/65
  CHECK(std::abs(switches(phase, mark) - 1000) < 120);
  CHECK(switches(dull, mark) > seldom + 300);
  CHECK(switches(phase, dull) < 700);
}

TEST_CASE("without anything of interest the weighted walk still reaches everybody") {
  ExplorerOptions options;
  options.executions_max = 1;
  WeightedWalk walk(options);
  walk.next_execution();
  const NextStep next[3] = {};
  std::set<std::uint32_t> chosen;
  for (int i = 0; i < 3000; i++) {
    chosen.insert(walk.choose({.kind = ChoiceKind::schedule,
                               .options = 3,
                               .current = 1,
                               .drains_from = 3,
                               .ready = 0b111,
                               .next = next}));
  }
  CHECK(chosen == std::set<std::uint32_t>{0, 1, 2});
}

TEST_CASE("a batch of swarm has habits of its own, and any choice stays possible in some") {
  ExplorerOptions options;
  options.executions_max = 40 * Swarm::batch;
  Swarm swarm(options);
  std::vector<Habits> seen;
  std::set<std::uint32_t> schedules, answers;
  for (std::uint64_t i = 0; swarm.next_execution(); i++) {
    if (i % Swarm::batch == 0) {
      seen.push_back(swarm.habits());
    } else {
      CHECK(swarm.habits() == seen.back());
    }
    schedules.insert(swarm.choose({ChoiceKind::schedule, 4, 1, 3, 0b111, 0b10}));
    answers.insert(swarm.choose({ChoiceKind::refuse, 3}));
  }
  REQUIRE(seen.size() == 40);
  std::size_t different = 0;
  for (std::size_t i = 1; i < seen.size(); i++) different += seen[i] != seen[i - 1] ? 1 : 0;
  CHECK(different > 30);
  CHECK(schedules.size() == 4);
  CHECK(answers.size() == 3);
}

}  // namespace
}  // namespace model
