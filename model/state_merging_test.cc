// States that are seen again, on a toy: every final state is found, and each state is left once.
#include "model/state_merging.h"

#include <doctest/doctest.h>

#include <set>

#include "model/dfs.h"
#include "model/toy_program.h"

namespace model {
namespace {

// What decides what may follow: steps that are left, and a question that is open.
std::vector<std::uint64_t> words_of(const toy::State& state) {
  std::vector<std::uint64_t> words(state.left.begin(), state.left.end());
  if (state.coin_pending) words.push_back(static_cast<std::uint64_t>(state.running));
  return words;
}

struct Seen {
  std::uint64_t complete = 0, merged = 0;
  std::size_t states = 0;
  std::vector<std::string> limits;
};

Seen explore(const toy::Program& program, std::size_t states_max) {
  StateHash hash(1);
  toy::State state = toy::start(program);
  const auto key = [&] {
    hash.begin();
    for (const std::uint64_t word : words_of(state)) hash.add(word);
    return hash.key();
  };
  StateMerging search(std::make_unique<Dfs>(ExplorerOptions{}), key, states_max);
  Seen seen;
  std::vector<toy::State> snapshots;
  while (const auto shared = search.next_execution()) {
    state = *shared > 0 ? snapshots[*shared] : toy::start(program);
    snapshots.resize(*shared);
    std::uint32_t chosen = 0;
    for (auto question = toy::ask(state); question.point.options > 0; question = toy::ask(state)) {
      chosen = 0;
      if (question.point.options > 1) {
        snapshots.push_back(state);
        chosen = search.choose(question.point);
        if (chosen == abandon) break;
      }
      toy::answer(program, state, question, chosen);
    }
    CHECK(search.last_execution_was_new() == (chosen != abandon));
    chosen == abandon ? seen.merged++ : seen.complete++;
  }
  CHECK(search.coverage() == Coverage::exhausted);
  seen.states = search.states();
  seen.limits = search.limits();
  return seen;
}

TEST_CASE("a state is left once") {
  // Schedules with a choice: 3 * 3 * 2 sets of steps that are left, but for those of one thread.
  const Seen seen = explore({{2, 2, 1}, {false, false, false}}, 1000);
  CHECK(seen.states == 18 - 6);
  // Every edge between such states that is not the first into its state, is a merge.
  CHECK(seen.complete + seen.merged < toy::brute_force({{2, 2, 1}, {false, false, false}}).size());
  CHECK(seen.merged > 0);
  CHECK(seen.limits.empty());
}

TEST_CASE("questions within a step are not states") {
  const Seen seen = explore({{1, 1}, {true, true}}, 1000);
  // The one state with a choice of the schedule, then two coins.
  CHECK(seen.states == 1);
  CHECK(seen.complete == 2 * 4);
  CHECK(seen.merged == 0);
}

TEST_CASE("a full set misses nothing and says so") {
  const toy::Program program{{2, 2, 1}, {false, false, false}};
  const Seen seen = explore(program, 1);
  CHECK(seen.complete == toy::brute_force(program).size());
  CHECK(seen.limits == std::vector<std::string>{"states=1"});
}

}  // namespace
}  // namespace model
