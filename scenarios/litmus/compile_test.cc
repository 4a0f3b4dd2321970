// Tests of the mapping of C11 tests to processors: its tables, and that no compiled program has a
// state that C++20 forbids.
#include "scenarios/litmus/compile.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>

#include "scenarios/litmus/parser.h"
#include "scenarios/litmus/test_random_c11.h"
#include "sim/axioms/mapping.h"

namespace {

using namespace scenarios::litmus;
using sim::axioms::Mapped;
using sim::axioms::mapped;
using sim::axioms::Operation;

TEST_CASE("the tables") {
  constexpr Marks locked = mark(Mark::atomic), lsx = mark(Mark::exclusive);
  CHECK(*mapped("tso", Operation::load, Mark::seq_cst) == Mapped{});
  CHECK(*mapped("tso", Operation::store, Mark::release) == Mapped{});
  CHECK(mapped("tso", Operation::store, Mark::seq_cst)->exchanges);
  CHECK(mapped("tso", Operation::read_modify_write, Mark::relaxed)->read == locked);
  CHECK(mapped("tso", Operation::fence, Mark::acq_rel)->before == 0);
  CHECK(mapped("tso", Operation::fence, Mark::seq_cst)->before == mark(Mark::mfence));
  CHECK(mapped("armv8", Operation::load, Mark::acquire)->read == mark(Mark::acquire_pc));
  CHECK(mapped("armv8", Operation::load, Mark::seq_cst)->read == mark(Mark::acquire));
  CHECK(mapped("armv8", Operation::store, Mark::seq_cst)->write == mark(Mark::release));
  CHECK(mapped("armv8", Operation::read_modify_write, Mark::acquire)->write == locked);
  CHECK(mapped("armv8", Operation::fence, Mark::acquire)->before == mark(Mark::dmb_ld));
  CHECK(mapped("armv8", Operation::fence, Mark::release)->before == mark(Mark::dmb_full));
  CHECK(mapped("power", Operation::load, Mark::acquire)->branches);
  CHECK(mapped("power", Operation::load, Mark::seq_cst)->before == mark(Mark::sync));
  CHECK(mapped("power", Operation::store, Mark::release)->before == mark(Mark::lwsync));
  CHECK(mapped("power", Operation::store, Mark::release)->behind == 0);
  CHECK(mapped("power", Operation::read_modify_write, Mark::acq_rel)->write == lsx);
  CHECK_FALSE(mapped("rc11", Operation::load, Mark::relaxed));
}

bool contains(const States& all, const States& some) {
  return std::all_of(some.begin(), some.end(),
                     [&](const auto& s) { return all.count(s.first) != 0; });
}

// What the mapping is for (for Power and Arm: Podkopaev et al., POPL 2019). In program order, since
// RC11 forbids the load buffering that both processors have.
TEST_CASE("compiled programs have no state that rc11 forbids, and every one that sc has") {
  CHECK(rc::check([] {
    const std::string text = random_program(*rc::gen::inRange(2, 4), *rc::gen::inRange(2, 4));
    const ParseResult parsed = parse_test(text);
    RC_ASSERT(parsed.test.has_value());
    const States language = states_of(*parsed.test, "rc11");
    const States strongest = states_of(*parsed.test, "sc");
    JudgeOptions in_order;
    in_order.program_order = true;
    for (const char* model : {"tso", "armv8", "power"}) {
      const Test compiled = *compiled_for(model, *parsed.test);
      const States states = states_of(compiled, model, in_order);
      RC_LOG() << model << "\n" << text;
      RC_ASSERT(contains(language, states));
      RC_ASSERT(contains(states, strongest));
    }
  }));
}

TEST_CASE("branches of a compiled test lead where they led, and stores of sc become exchanges") {
  const ParseResult parsed = parse_test(
      "C t\n{ x=1; }\nP0 (atomic_int* x, atomic_int* y) {\n int r = atomic_load(x);\n"
      " if (r == 1) { atomic_store(y, 2); } else { atomic_store(y, 3); }\n}\nlocations [y;]\n");
  REQUIRE(parsed.test);
  for (const char* model : {"tso", "armv8", "power"}) {
    const Test compiled = *compiled_for(model, *parsed.test);
    const States states = states_of(compiled, model);
    REQUIRE(states.size() == 1);
    CHECK(states.begin()->first == std::vector<Value>{{-1, 2}});
  }
  CHECK_FALSE(compiled_for("rc11", *parsed.test));
}

}  // namespace
