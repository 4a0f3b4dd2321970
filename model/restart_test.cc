// An explorer that starts over sees the same executions as one that backtracks.
#include "model/restart.h"

#include <doctest/doctest.h>

namespace {

// Three choices of 2, 3 and 2 options; every execution as one number.
std::vector<std::uint32_t> executions(model::Explorer& explorer) {
  std::vector<std::uint32_t> seen;
  std::vector<std::uint32_t> choices;
  while (const auto shared = explorer.next_execution()) {
    choices.resize(*shared);
    const std::uint32_t options[] = {2, 3, 2};
    while (choices.size() < 3) {
      choices.push_back(explorer.choose({model::ChoiceKind::decide, options[choices.size()]}));
    }
    seen.push_back(choices[0] * 100 + choices[1] * 10 + choices[2]);
  }
  return seen;
}

}  // namespace

TEST_CASE("starting over does not change what is explored") {
  for (const char* name : {"dfs", "preemption-bound", "random"}) {
    CAPTURE(name);
    model::ExplorerOptions options;
    options.executions_max = name[0] == 'r' ? 20 : 0;
    auto plain = model::make_explorer(name, options);
    auto wrapped = model::restarting(model::make_explorer(name, options));
    CHECK_FALSE(wrapped->supports_backtrack());
    const auto expected = executions(*plain);
    CHECK(expected.size() >= 12);
    CHECK(executions(*wrapped) == expected);
    CHECK(wrapped->coverage() == plain->coverage());
  }
}
