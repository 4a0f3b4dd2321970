// POS against the random walk, on a program where the walk is known to be bad.
#include "model/pos.h"

#include <doctest/doctest.h>

#include "model/random.h"

namespace model {
namespace {

// Thread 0 takes `steps` steps that race with nothing; thread 1 takes one. How often that one
// comes last.
template <class Strategy>
int times_last(std::uint32_t steps, int executions) {
  ExplorerOptions options;
  options.executions_max = static_cast<std::uint64_t>(executions);
  Strategy explorer(options);
  int last = 0;
  while (explorer.next_execution()) {
    std::uint32_t taken = 0;
    while (taken < steps) {
      const NextStep next[2] = {{8 * taken, 8, true}, {4096, 8, true}};
      const ChoicePoint point{.kind = ChoiceKind::schedule,
                              .options = 2,
                              .drains_from = 2,
                              .ready = 0b11,
                              .next = next};
      if (explorer.choose(point) == 1) break;
      taken++;
    }
    last += taken == steps ? 1 : 0;
  }
  return last;
}

TEST_CASE("pos delays one step behind many that race with nothing") {
  // One of 21 priorities is the lowest, against 2^-20.
  const int last = times_last<Pos>(20, 4200);
  CHECK(last > 150);
  CHECK(last < 250);
  CHECK(times_last<Random>(20, 4200) == 0);
}

TEST_CASE("a step that races with the one that moved is drawn again") {
  // Both threads write one word: who moves is then uniform, and independent of the last time.
  ExplorerOptions options;
  options.executions_max = 4000;
  Pos pos(options);
  const NextStep next[2] = {{8, 8, true}, {8, 4, false}};
  const ChoicePoint point{
      .kind = ChoiceKind::schedule, .options = 2, .drains_from = 2, .ready = 0b11, .next = next};
  int both[2][2] = {};
  while (pos.next_execution()) {
    const auto first = pos.choose(point);
    const auto second = pos.choose(point);
    both[first][second]++;
  }
  for (const auto& row : both) {
    for (const int count : row) CHECK(std::abs(count - 1000) < 120);
  }
}

TEST_CASE("races need common bytes and a write") {
  const NextStep read{16, 8, false}, low{16, 4, true}, high{20, 4, true}, none{};
  CHECK_FALSE(is_race(read, read));
  CHECK(is_race(read, low));
  CHECK(is_race(high, read));
  CHECK_FALSE(is_race(low, high));
  CHECK_FALSE(is_race(none, low));
}

}  // namespace
}  // namespace model
