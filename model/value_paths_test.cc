// Paths of answers: equal lists are equal numbers, and sets cover what they exhaust.
#include "model/value_paths.h"

#include <doctest/doctest.h>

#include <vector>

namespace {

using model::ValuePaths;
using Sets = std::vector<ValuePaths::Set>;

TEST_CASE("equal lists of answers are one path") {
  ValuePaths paths;
  const auto a = paths.extend(paths.extend(ValuePaths::empty, 1, 2), 0, 3);
  CHECK(a == paths.extend(paths.extend(ValuePaths::empty, 1, 2), 0, 3));
  CHECK(a != paths.extend(paths.extend(ValuePaths::empty, 1, 2), 1, 3));
  CHECK(paths.length(a) == 2);
  CHECK(paths.prefix(a, 1) == paths.extend(ValuePaths::empty, 1, 2));
  CHECK(paths.begins(ValuePaths::empty, a));
  CHECK(!paths.begins(a, paths.prefix(a, 1)));
}

TEST_CASE("sets cover a path when nothing is left of it") {
  ValuePaths paths;
  const auto zero = paths.extend(ValuePaths::empty, 0, 2);
  const auto one = paths.extend(ValuePaths::empty, 1, 2);
  const auto one_zero = paths.extend(one, 0, 2);
  const auto one_one = paths.extend(one, 1, 2);
  CHECK(!paths.covered(ValuePaths::empty, Sets{}));
  CHECK(paths.covered(ValuePaths::empty, Sets{{ValuePaths::empty, false}}));
  CHECK(!paths.covered(one, Sets{{ValuePaths::empty, false}}));
  CHECK(paths.covered(one, Sets{{ValuePaths::empty, true}}));
  CHECK(!paths.covered(ValuePaths::empty, Sets{{zero, false}, {one_zero, false}}));
  CHECK(paths.covered(ValuePaths::empty, Sets{{zero, false}, {one_zero, false}, {one_one, false}}));
  CHECK(paths.covered(ValuePaths::empty, Sets{{zero, false}, {one, true}}));
  CHECK(paths.covered(zero, Sets{{zero, false}}));
}

}  // namespace
