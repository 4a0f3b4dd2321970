// When the portfolio may end.
#include "model/portfolio.h"

#include <doctest/doctest.h>

#include <string>

#include "model/toy_program.h"

namespace model {
namespace {

// The search of a program whose steps have nothing to do with one another: one execution is all for
// an explorer that reduces, unless each of its executions is cut.
Coverage search(bool cuts) {
  const toy::Program program{{4, 4}, {false, false}};
  ExplorerOptions options;
  options.executions_max = 300;
  options.may_reduce = true;
  options.may_restore = false;
  Portfolio portfolio(options);
  while (portfolio.next_execution()) {
    if (cuts && portfolio.reduces()) portfolio.on_cut();
    toy::State state = toy::start(program);
    for (auto question = toy::ask(state); question.point.options > 0; question = toy::ask(state)) {
      std::uint32_t chosen = 0;
      if (question.point.options > 1) chosen = portfolio.choose(question.point);
      if (chosen == abandon) break;
      toy::answer(program, state, question, chosen);
      if (portfolio.wants_steps()) {
        portfolio.on_step({static_cast<std::uint32_t>(state.running), {}, {}});
      }
    }
  }
  return portfolio.coverage();
}

TEST_CASE("what a member has exhausted is exhausted, but not what was cut for it alone") {
  CHECK(search(false) == Coverage::exhausted);
  CHECK(search(true) == Coverage::sampled);
}

}  // namespace
}  // namespace model
