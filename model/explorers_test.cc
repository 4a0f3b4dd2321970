// The table of explorers, the random explorer and replay.
#include <doctest/doctest.h>

#include <set>

#include "model/choice.h"
#include "model/random.h"
#include "model/replay.h"
#include "model/toy_program.h"

namespace model {
namespace {

TEST_CASE("every explorer of the table can be made by its name") {
  std::set<std::string> names;
  for (const ExplorerEntry& entry : explorers()) {
    CHECK(make_explorer(entry.name, {}) != nullptr);
    names.insert(entry.name);
  }
  CHECK(names.size() == explorers().size());
  CHECK(make_explorer("no-such", {}) == nullptr);
}

TEST_CASE("kinds and coverages have different names") {
  std::set<std::string> names;
  const auto kinds = static_cast<std::uint8_t>(ChoiceKind::count_);
  for (std::uint8_t kind = 0; kind < kinds; ++kind) {
    names.insert(name_of(static_cast<ChoiceKind>(kind)));
  }
  CHECK(names.size() == kinds);
  CHECK(names.count("unknown") == 0);
  CHECK(name_of(Coverage::inconclusive) == std::string("inconclusive"));
}

std::vector<std::uint32_t> draw(Random& random, std::uint32_t options, int count) {
  std::vector<std::uint32_t> result;
  for (int i = 0; i < count; ++i) result.push_back(random.choose({ChoiceKind::decide, options}));
  return result;
}

TEST_CASE("random runs the executions asked for, each its own, the same every time") {
  ExplorerOptions options;
  Random one(options);
  CHECK(one.next_execution() == 0u);
  const auto first = draw(one, 7, 50);
  CHECK_FALSE(one.next_execution());
  CHECK(one.coverage() == Coverage::sampled);

  options.executions_max = 2;
  Random two(options);
  two.next_execution();
  CHECK(draw(two, 7, 20) == std::vector<std::uint32_t>(first.begin(), first.begin() + 20));
  CHECK(two.next_execution() == 0u);
  CHECK(draw(two, 7, 50) != first);  // although the first execution drew fewer
  CHECK_FALSE(two.next_execution());
  CHECK(mix(1, 2) != mix(2, 1));
}

TEST_CASE("random draws are uniform") {
  Generator generator(42);
  for (const std::uint32_t n : {2u, 3u, 5u, 17u}) {
    std::vector<double> counts(n);
    const double expected = 20000;
    for (std::uint32_t i = 0; i < n * 20000u; ++i) ++counts[generator.below(n)];
    double chi_squared = 0;
    for (const double c : counts) chi_squared += (c - expected) * (c - expected) / expected;
    CHECK(chi_squared < 3.0 * n + 20);  // far beyond the 99.9 % quantile; the seed is fixed
  }
  // Three quarters of the range: plain multiply-shift or modulo would double some answers.
  std::uint64_t low = 0;
  for (int i = 0; i < 30000; ++i) low += generator.below(3u << 30) < (1u << 30) ? 1 : 0;
  CHECK(low > 9500);
  CHECK(low < 10500);
}

TEST_CASE("replay repeats an execution and reports where another program diverges") {
  const std::vector<Choice> recorded = {{ChoiceKind::schedule, 1, 2}, {ChoiceKind::load, 2, 3}};
  ExplorerOptions options;
  options.replay = recorded;
  Replay replay(options);
  CHECK(replay.next_execution() == 0u);
  CHECK(replay.choose({ChoiceKind::schedule, 2}) == 1);

  SUBCASE("faithful") {
    CHECK(replay.choose({ChoiceKind::load, 3}) == 2);
    CHECK_FALSE(replay.next_execution());
    CHECK_FALSE(replay.divergence());
    CHECK(replay.position() == 2);
  }
  SUBCASE("other kind") {
    CHECK(replay.choose({ChoiceKind::spurious, 3}) == 0);
    REQUIRE(replay.divergence());
    CHECK(replay.divergence()->index == 1);
    CHECK(replay.divergence()->describe() ==
          "choice 1: recorded load among 3, now spurious among 3");
    CHECK(replay.choose({ChoiceKind::schedule, 4, 2}) == 2);  // lets the running thread go on
  }
  SUBCASE("other number of options") {
    replay.choose({ChoiceKind::load, 4});
    CHECK(replay.divergence().has_value());
  }
  SUBCASE("the program asks more") {
    replay.choose({ChoiceKind::load, 3});
    replay.choose({ChoiceKind::load, 3});
    REQUIRE(replay.divergence());
    CHECK_FALSE(replay.divergence()->expected);
    CHECK(replay.divergence()->index == 2);
  }
  SUBCASE("the program asks less") {
    CHECK_FALSE(replay.next_execution());
    REQUIRE(replay.divergence());
    CHECK_FALSE(replay.divergence()->asked);
    CHECK(replay.divergence()->index == 1);
  }
}

TEST_CASE("replay does not give an answer that is out of range") {
  ExplorerOptions options;
  options.replay = {{ChoiceKind::decide, 2, 2}};
  Replay replay(options);
  replay.next_execution();
  CHECK(replay.choose({ChoiceKind::decide, 2}) == 0);
  REQUIRE(replay.divergence());
  CHECK(replay.divergence()->describe().find("out of range") != std::string::npos);
}

}  // namespace
}  // namespace model
