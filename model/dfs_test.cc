// Depth-first search against brute force and against the plain product of its radices.
#include "model/dfs.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <set>

#include "model/toy_program.h"

namespace model {
namespace {

TEST_CASE("dfs finds exactly the executions of brute force, in the same order") {
  const toy::Program program{{2, 3, 1}, {false, true, false}};
  const auto expected = toy::logs(toy::brute_force(program));
  for (const bool restore : {true, false}) {
    Dfs dfs({});
    CHECK(toy::logs(toy::explore(program, dfs, restore)) == expected);
    CHECK(dfs.coverage() == Coverage::exhausted);
    CHECK(dfs.limits().empty());
    CHECK_FALSE(dfs.divergence());
  }
}

TEST_CASE("dfs of a program without choices runs once") {
  Dfs dfs({});
  CHECK(toy::explore({{3}, {false}}, dfs, true).size() == 1);
  CHECK(dfs.coverage() == Coverage::exhausted);
  CHECK_FALSE(dfs.next_execution());
}

TEST_CASE("dfs reports the limit only when it was hit") {
  const toy::Program program{{1, 2}, {false, false}};  // three executions
  for (const std::uint64_t limit : {1, 2, 3, 4}) {
    ExplorerOptions options;
    options.executions_max = limit;
    Dfs dfs(options);
    CHECK(toy::explore(program, dfs, true).size() == std::min<std::uint64_t>(limit, 3));
    CHECK((dfs.coverage() == Coverage::inconclusive) == (limit < 3));
    CHECK(dfs.limits().size() == (limit < 3 ? 1 : 0));
  }
}

TEST_CASE("dfs notices a program that is not deterministic") {
  SUBCASE("another question") {
    Dfs dfs({});
    dfs.next_execution();
    dfs.choose({ChoiceKind::decide, 2});
    REQUIRE(dfs.next_execution() == 0u);
    dfs.choose({ChoiceKind::decide, 3});
    REQUIRE(dfs.divergence());
    CHECK(dfs.divergence()->index == 0);
    CHECK(dfs.divergence()->describe() == "choice 0: recorded decide among 2, now decide among 3");
  }
  SUBCASE("no question") {
    Dfs dfs({});
    dfs.next_execution();
    dfs.choose({ChoiceKind::load, 2});
    REQUIRE(dfs.next_execution());
    CHECK_FALSE(dfs.next_execution());
    REQUIRE(dfs.divergence());
    CHECK_FALSE(dfs.divergence()->asked);
  }
}

TEST_CASE("dfs enumerates the product of any radices, each tuple once") {
  const bool ok = rc::check([](const std::vector<std::uint8_t>& raw, bool restore) {
    std::vector<std::uint32_t> radices;
    std::size_t product = 1;
    for (std::size_t i = 0; i < std::min<std::size_t>(raw.size(), 5); ++i) {
      radices.push_back(2 + raw[i] % 4u);
      product *= radices.back();
    }
    Dfs dfs({});
    std::set<std::vector<std::uint32_t>> tuples;
    std::vector<std::uint32_t> tuple;
    std::size_t executions = 0;
    while (const auto shared = dfs.next_execution()) {
      RC_ASSERT(*shared <= tuple.size());
      const std::vector<std::uint32_t> previous = tuple;
      if (!restore) dfs.rewind();
      tuple.resize(restore ? *shared : 0);
      while (tuple.size() < radices.size()) {
        tuple.push_back(dfs.choose({ChoiceKind::decide, radices[tuple.size()]}));
        RC_ASSERT(tuple.back() < radices[tuple.size() - 1]);
      }
      // The depth promised is the first that changed.
      RC_ASSERT(std::equal(tuple.begin(), tuple.begin() + static_cast<std::ptrdiff_t>(*shared),
                           previous.begin()));
      if (executions > 0) RC_ASSERT(tuple[*shared] == previous[*shared] + 1);
      tuples.insert(tuple);
      ++executions;
    }
    RC_ASSERT(executions == product);
    RC_ASSERT(tuples.size() == product);
    RC_ASSERT(dfs.coverage() == Coverage::exhausted);
  });
  CHECK(ok);
}

}  // namespace
}  // namespace model
