// Tests of the enumeration of execution graphs on random programs.
#include "scenarios/litmus/executions.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <set>

#include "scenarios/litmus/compile.h"
#include "scenarios/litmus/parser.h"
#include "scenarios/litmus/test_random_c11.h"

namespace {

using namespace scenarios::litmus;

TEST_CASE("each graph once leads to the states, and as many graphs, as every order of answers") {
  CHECK(rc::check([] {
    const int threads = *rc::gen::inRange(2, 4);
    const std::string text = random_program(threads, threads == 2 ? *rc::gen::inRange(2, 4) : 2);
    const ParseResult parsed = parse_test(text);
    RC_ASSERT(parsed.test.has_value());
    JudgeOptions every;
    every.enumeration.every_order = true;
    RC_LOG() << text;
    for (const char* model : {"sc", "rc11", "tso", "armv8", "power"}) {
      const auto compiled = compiled_for(model, *parsed.test);
      const Test& test = compiled ? *compiled : *parsed.test;
      const States once = states_of(test, model), often = states_of(test, model, every);
      RC_ASSERT(once.size() == often.size());
      for (const auto& [state, graphs] : often) {
        RC_ASSERT(once.count(state) == 1u);
        RC_ASSERT(once.at(state) <= graphs);
      }
    }
  }));
}

// Two graphs are the same when their reads-from and coherence are.
TEST_CASE("no graph comes twice") {
  CHECK(rc::check([] {
    const ParseResult parsed = parse_test(random_program(2, *rc::gen::inRange(2, 5)));
    RC_ASSERT(parsed.test.has_value());
    std::set<std::vector<std::uint64_t>> seen;
    enumerate(*parsed.test, {}, [&](const sim::axioms::Execution& x, const FinalState&) {
      std::vector<std::uint64_t> graph;
      for (std::uint32_t e = 0; e < x.events; e++) {
        graph.push_back(x.rf.after(e));
        graph.push_back(x.co.after(e));
      }
      RC_ASSERT(seen.insert(graph).second);
    });
  }));
}

}  // namespace
