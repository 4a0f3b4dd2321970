// Mutations, the corpus that fuzz keeps, and that it gets where random executions do not.
#include "model/fuzz.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "model/toy_program.h"

namespace model {
namespace {

TEST_CASE("features are counted once an execution, by kind") {
  Features features;
  for (int i = 0; i < 3; i++) {
    features.begin_execution();
    features.add(FeatureKind::edge, 7);
    features.add(FeatureKind::edge, 7);
    if (i == 1) features.add(FeatureKind::state, 7);
    features.end_execution();
  }
  CHECK(features.known() == 2);
  CHECK(features.known(FeatureKind::edge) == 1);
  CHECK(features.known(FeatureKind::state) == 1);
  CHECK(features.known(FeatureKind::scenario) == 0);
  CHECK(features.hits(0) == 3);
  CHECK(features.hits(1) == 1);
  CHECK(features.shown() == std::vector<std::uint32_t>{0});
}

TEST_CASE("kinds of features have different names") {
  std::set<std::string> names;
  for (std::size_t kind = 0; kind < feature_kinds; kind++) {
    names.insert(name_of(static_cast<FeatureKind>(kind)));
  }
  CHECK(names.size() == feature_kinds);
  CHECK(names.count("unknown") == 0);
}

TEST_CASE("each way to change an input comes up, and none invents an actor") {
  const Input base{{0, 0, 0, 1, 1, 2, 2, 0, 65, 1}, {0, 1, 4}};
  const Input other{{2, 2, 2, 2}, {1}};
  const std::set<std::uint8_t> actors(base.moves.begin(), base.moves.end());
  int shorter = 0, longer = 0, permuted = 0, changed = 0, answers = 0, same = 0;
  Generator generator(5);
  for (int i = 0; i < 2000; i++) {
    Input input = base;
    mutate(input, other, generator);
    for (const std::uint8_t actor : input.moves) CHECK(actors.count(actor) == 1);
    if (input == base) {
      same++;
    } else if (input.moves == base.moves) {
      answers++;
    } else if (input.moves.size() != base.moves.size()) {
      input.moves.size() < base.moves.size() ? shorter++ : longer++;
    } else if (std::is_permutation(input.moves.begin(), input.moves.end(), base.moves.begin())) {
      permuted++;
    } else {
      changed++;
    }
  }
  for (const int count : {shorter, longer, permuted, changed, answers}) CHECK(count > 50);
  CHECK(same < 1000);
  Input empty;
  mutate(empty, other, generator);
  CHECK(empty == Input{});
}

// What happened in one execution.
template <class Strategy>
std::string run(const toy::Program& program, Strategy& explorer) {
  toy::State state = toy::start(program);
  for (auto question = toy::ask(state); question.point.options > 0; question = toy::ask(state)) {
    const std::uint32_t chosen = question.point.options > 1 ? explorer.choose(question.point) : 0;
    toy::answer(program, state, question, chosen);
  }
  return state.log;
}

// Two threads of `turns` moves. Keeping strictly to turns is the only way in that gets deeper, and
// the depth is what the execution shows.
struct Maze {
  toy::Program program;
  std::uint32_t turns;

  explicit Maze(std::uint32_t n) : program{{n, n}, {false, false}}, turns(n) {}

  // Turns kept in a row from the beginning, then one execution's moves.
  template <class Strategy>
  std::uint32_t run(Strategy& explorer, Features* features) const {
    const std::string log = model::run(program, explorer);
    std::uint32_t kept = 0;
    while (kept < log.size() && log[kept] == "01"[kept % 2]) {
      kept++;
      if (features != nullptr) features->add(FeatureKind::scenario, kept);
    }
    return kept;
  }

  // Executions until all turns are kept, or the limit.
  std::uint64_t executions(const char* name, std::uint64_t seed, std::uint64_t limit) const {
    ExplorerOptions options;
    options.seed = seed;
    options.executions_max = limit;
    const auto explorer = make_explorer(name, options);
    std::uint64_t count = 0;
    while (explorer->next_execution()) {
      count++;
      if (run(*explorer, explorer->features()) == 2 * turns) break;
    }
    return count;
  }
};

TEST_CASE("fuzz keeps to 20 turns that random does not keep to") {
  const Maze maze(10);
  for (std::uint64_t seed = 1; seed <= 5; seed++) {
    CAPTURE(seed);
    CHECK(maze.executions("random", seed, 20000) == 20000);
    CHECK(maze.executions("fuzz", seed, 20000) < 4000);
  }
}

// Of three threads the first stands still while the others take turns with all their moves; nothing
// tells how near an execution came to it.
TEST_CASE("fuzz leaves a thread standing for long, as swarm does and random does not") {
  const toy::Program program{{20, 20, 20}, {false, false, false}};
  const auto reached = [&](const char* name, std::uint64_t seed) {
    ExplorerOptions options;
    options.seed = seed;
    options.executions_max = 20000;
    const auto explorer = make_explorer(name, options);
    std::uint64_t count = 0;
    while (explorer->next_execution()) {
      if (Features* features = explorer->features()) features->add(FeatureKind::scenario, 0);
      const std::string log = run(program, *explorer);
      const std::string others = log.substr(0, 40);
      int switches = 0;
      for (std::size_t i = 1; i < others.size(); i++) switches += others[i] != others[i - 1];
      if (others.find('0') == std::string::npos && switches > 12) count++;
    }
    return count;
  };
  for (std::uint64_t seed = 1; seed <= 3; seed++) {
    CAPTURE(seed);
    CHECK(reached("random", seed) == 0);
    CHECK(reached("swarm", seed) > 0);
    CHECK(reached("fuzz", seed) > 0);
  }
}

TEST_CASE("the kept inputs show all that was seen, when they are given to another search") {
  const Maze maze(8);
  ExplorerOptions options;
  options.executions_max = 1000;
  Fuzz first(options);
  while (first.next_execution()) maze.run(first, first.features());
  std::vector<Input> inputs;
  for (const Input* input : first.corpus()) inputs.push_back(*input);
  REQUIRE(inputs.size() > 0);
  REQUIRE(inputs.size() <= first.seen().known());

  options.inputs = &inputs;
  options.executions_max = inputs.size();
  options.seed = 77;
  Fuzz second(options);
  while (second.next_execution()) maze.run(second, second.features());
  CHECK(second.seen().known() == first.seen().known());
}

TEST_CASE("an input that another one covers in fewer choices is dropped") {
  ExplorerOptions options;
  const std::vector<Input> inputs{{{0, 1, 0, 1}, {}}, {{0, 1}, {}}, {{1}, {}}};
  options.inputs = &inputs;
  options.executions_max = 3;
  Fuzz fuzz(options);
  const ChoicePoint point{.kind = ChoiceKind::schedule, .options = 2, .drains_from = 2, .ready = 3};
  for (const Input& input : inputs) {
    REQUIRE(fuzz.next_execution());
    for (const std::uint8_t actor : input.moves) CHECK(fuzz.choose(point) == actor);
    fuzz.features()->add(FeatureKind::edge, 1);
    if (input.moves.size() > 1) fuzz.features()->add(FeatureKind::edge, 2);
  }
  fuzz.settle();
  const auto kept = fuzz.corpus();
  REQUIRE(kept.size() == 2);
  for (const Input* input : kept) CHECK(input->moves.size() < 4);
}

TEST_CASE("a decision that is not allowed falls to another one") {
  ExplorerOptions options;
  const std::vector<Input> inputs{{{5, 5, 65, 1, 9}, {7}}};
  options.inputs = &inputs;
  Fuzz fuzz(options);
  REQUIRE(fuzz.next_execution());
  ChoicePoint point{.kind = ChoiceKind::schedule, .options = 3, .current = 1, .drains_from = 2};
  point.ready = 1u << 2 | 1u << 6;
  point.drains = 1u << 5;
  CHECK(fuzz.choose(point) == 2);  // thread 5 waits for its stores, which drain
  point.drains = 1u << 1;
  CHECK(fuzz.choose(point) == 1);  // who moves goes on
  CHECK(fuzz.choose(point) == 2);  // a buffer
  CHECK(fuzz.choose(point) == 2);
  point.current = -1;
  CHECK(fuzz.choose(point) == 2);                    // the last
  CHECK(fuzz.choose({ChoiceKind::decide, 3}) == 2);  // the largest answer
}

}  // namespace
}  // namespace model
