// Tests of relations against the definitions of their operators.
#include "sim/axioms/relation.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <vector>

namespace {

using sim::axioms::Relation;

constexpr std::uint32_t size = 7;

Relation random_relation() {
  Relation r(size);
  for (std::uint32_t i = 0; i < size; i++) {
    r.add_all(i, *rc::gen::inRange<std::uint64_t>(0, 1 << size) &
                     *rc::gen::inRange<std::uint64_t>(0, 1 << size));
  }
  return r;
}

// Whether steps of the relation lead from one event to another, at least one of them.
bool leads(const Relation& r, std::uint32_t from, std::uint32_t to) {
  std::vector<bool> seen(size);
  std::vector<std::uint32_t> stack = {from};
  while (!stack.empty()) {
    const std::uint32_t at = stack.back();
    stack.pop_back();
    for (std::uint32_t next = 0; next < size; next++) {
      if (!r.has(at, next)) continue;
      if (next == to) return true;
      if (!seen[next]) stack.push_back(next);
      seen[next] = true;
    }
  }
  return false;
}

TEST_CASE("closure, cycles and composition are what their definitions say") {
  CHECK(rc::check([] {
    const Relation a = random_relation(), b = random_relation();
    const Relation plus = a.plus(), star = a.star(), composed = a >> b, inverse = ~a;
    bool cycle = false;
    for (std::uint32_t i = 0; i < size; i++) {
      cycle |= leads(a, i, i);
      for (std::uint32_t j = 0; j < size; j++) {
        RC_ASSERT(plus.has(i, j) == leads(a, i, j));
        RC_ASSERT(star.has(i, j) == (i == j || leads(a, i, j)));
        RC_ASSERT(inverse.has(i, j) == a.has(j, i));
        bool between = false;
        for (std::uint32_t k = 0; k < size; k++) between |= a.has(i, k) && b.has(k, j);
        RC_ASSERT(composed.has(i, j) == between);
      }
    }
    RC_ASSERT(a.acyclic() == !cycle);
    RC_ASSERT(plus.irreflexive() == !cycle);
  }));
}

TEST_CASE("sets restrict a relation") {
  CHECK(rc::check([] {
    const Relation a = random_relation(), b = random_relation();
    const auto set = *rc::gen::inRange<std::uint64_t>(0, 1 << size);
    for (std::uint32_t i = 0; i < size; i++) {
      const bool in = (set >> i & 1) != 0;
      RC_ASSERT(((a.domain() >> i & 1) != 0) == (a.after(i) != 0));
      for (std::uint32_t j = 0; j < size; j++) {
        RC_ASSERT(a.from(set).has(i, j) == (in && a.has(i, j)));
        RC_ASSERT(a.to(set).has(j, i) == (in && a.has(j, i)));
        RC_ASSERT((a | b).has(i, j) == (a.has(i, j) || b.has(i, j)));
        RC_ASSERT((a - b).has(i, j) == (a.has(i, j) && !b.has(i, j)));
      }
    }
  }));
}

TEST_CASE("as many events as fit") {
  Relation ring(sim::axioms::events_max);
  for (std::uint32_t i = 0; i + 1 < sim::axioms::events_max; i++) ring.add(i, i + 1);
  CHECK(ring.acyclic());
  ring.add(sim::axioms::events_max - 1, 0);
  CHECK_FALSE(ring.acyclic());
}

}  // namespace
