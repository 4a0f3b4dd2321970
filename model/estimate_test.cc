// Estimates against sizes that are known.
#include "model/estimate.h"

#include <doctest/doctest.h>

#include <cmath>

#include "model/toy_program.h"

namespace model {
namespace {

constexpr std::uint64_t many = 1 << 20;

// Steps of actors in the order in which they came, each on an object of the given number.
struct Came {
  std::uint32_t actor;
  std::uint64_t object;
};

HappensBefore order_of(const std::vector<Came>& steps) {
  HappensBefore order;
  for (const Came& step : steps) {
    const Access access{8 * step.object + 8, 8, AccessKind::write};
    order.push({step.actor, {&access, 1}, {}});
  }
  return order;
}

TEST_CASE("linear extensions are counted") {
  CHECK(linear_extensions(order_of({}), many) == 1);
  // Nothing in common: 5 over 2.
  CHECK(linear_extensions(order_of({{0, 0}, {0, 0}, {1, 1}, {1, 1}, {1, 1}}), many) == 10);
  // All on one object.
  CHECK(linear_extensions(order_of({{0, 0}, {1, 0}, {0, 0}, {2, 0}}), many) == 1);
  // a1 before b1, and a second step of each that is free: a2 among b1 b2 behind a1.
  CHECK(linear_extensions(order_of({{0, 0}, {1, 0}, {0, 1}, {1, 2}}), many) == 3);
  // Three actors of one free step each.
  CHECK(linear_extensions(order_of({{3, 0}, {7, 1}, {64, 2}}), many) == 6);
}

TEST_CASE("too many closed sets are refused") {
  CHECK(linear_extensions(order_of({{0, 0}, {1, 1}}), 4) == 2);
  CHECK_FALSE(linear_extensions(order_of({{0, 0}, {1, 1}}), 3));
}

TEST_CASE("the standard error is that of the mean") {
  Mean mean;
  for (const double value : {2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0}) mean.add(value);
  CHECK(mean.value() == doctest::Approx(5));
  CHECK(mean.standard_error() == doctest::Approx(0.755929));  // sqrt(32 / 7 / 8)
}

TEST_CASE("random walks estimate the number of executions") {
  for (const std::vector<std::uint32_t>& steps :
       {std::vector<std::uint32_t>{4}, {3, 3}, {1, 5}, {2, 3, 2}}) {
    const toy::Program program{steps, std::vector<bool>(steps.size())};
    const auto all = static_cast<double>(toy::brute_force(program).size());
    Probes probes(ExplorerOptions{}, false);
    for (int i = 0; i < 4000; i++) {
      probes.next_execution();
      toy::State state = toy::start(program);
      for (auto q = toy::ask(state); q.point.options > 0; q = toy::ask(state)) {
        toy::answer(program, state, q, q.point.options > 1 ? probes.choose(q.point) : 0);
      }
      probes.end(true);
    }
    const Mean& found = probes.executions();
    CHECK(found.count() == 4000);
    CHECK(found.value() == doctest::Approx(all).epsilon(0.05));
    CHECK(std::abs(found.value() - all) <= 4 * found.standard_error());
  }
}

}  // namespace
}  // namespace model
