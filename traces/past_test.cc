// Causal order of small executions.
#include "traces/past.h"

#include <doctest/doctest.h>

namespace traces {
namespace {

TEST_CASE("program order and conflicts order steps, and nothing else does") {
  const Footprint steps[] = {
      {0, 0x100, 8, true},   // 0: x = 1
      {1, 0x200, 8, true},   // 1: y = 1
      {1, 0x104, 4, false},  // 2: half of x, read: after 0
      {2, 0x104, 4, false},  // 3: likewise
      {2, 0x100, 1, true},   // 4: a byte of x: after both reads
      {0, 0, 0, false},      // 5: no memory
  };
  const CausalOrder order = causal_order(steps);
  CHECK(order.threads == 3);
  CHECK(order.is_before(steps, 0, 2));
  CHECK(!order.is_before(steps, 1, 3));
  CHECK(!order.is_before(steps, 2, 3));
  CHECK(order.is_before(steps, 1, 4));  // through step 2
  CHECK(order.is_before(steps, 0, 5));
  CHECK(!order.is_before(steps, 4, 5));
  CHECK(order.is_before(steps, 4, 4));
  CHECK(order.depends_on[0] == -1);
  CHECK(order.depends_on[2] == 0);
  CHECK(order.depends_on[4] == 2);
  CHECK(order.depends_on[5] == -1);
}

TEST_CASE("conflicts: other threads, common bytes, a write") {
  const Footprint write{0, 0x100, 8, true}, read{1, 0x107, 1, false};
  CHECK(conflict(write, read));
  CHECK(!conflict(read, Footprint{0, 0x107, 1, false}));
  CHECK(!conflict(write, Footprint{0, 0x100, 8, true}));
  CHECK(!conflict(write, Footprint{1, 0x108, 8, true}));
  CHECK(!conflict(write, Footprint{1, 0, 0, false}));
}

TEST_CASE("an execution without steps has no order") { CHECK(causal_order({}).threads == 0); }

}  // namespace
}  // namespace traces
