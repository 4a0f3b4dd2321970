// What two processes may have different in a record, and what not.
#include "sim/run_record.h"

#include <doctest/doctest.h>

namespace sim {
namespace {

RunRecord store(std::uint64_t address, std::uint64_t value) {
  return {RunRecord::Kind::operation, 1, 2, 8, comparable(address), comparable(value), 0, 0};
}

TEST_CASE("addresses of the host count as one, those of the simulated memory as they are") {
  CHECK(comparable(0x5555'5555'4000) == comparable(0x7fff'ffff'e000));
  CHECK(comparable(space_base + 8) == space_base + 8);
  CHECK(comparable(space_base + 8) != comparable(space_base + 16));
  CHECK(comparable(0x1234) == 0x1234);
  CHECK(comparable(~std::uint64_t{0}) == ~std::uint64_t{0});
  // What is computed from an address is no address.
  CHECK(comparable(0x5555'5555'4000 >> 12) != comparable(0x5555'5555'5000 >> 12));
}

TEST_CASE("both patterns of memory count as one, byte by byte") {
  CHECK(comparable(0xa5a5'a5a5'a5a5'a5a5) == comparable(0x5a5a'5a5a'5a5a'5a5a));
  CHECK(comparable(0x1122'33a5) == comparable(0x1122'335a));
  CHECK(comparable(0x1122'33a5) != comparable(0x1122'345a));
  CHECK(comparable(0xa5 >> 1) != comparable(0x5a >> 1));
}

TEST_CASE("a digest tells records apart, and forgets when it is told to") {
  RunDigest first, second;
  first.on_record(store(space_base, 1));
  second.on_record(store(space_base, 2));
  CHECK(first.value() != second.value());
  second.reset();
  second.on_record(store(space_base, 1));
  CHECK(first.value() == second.value());
  second.on_record(store(space_base, 1));
  CHECK(first.value() != second.value());
}

TEST_CASE("where a record comes from does not matter") {
  RunRecord a = store(space_base, 1), b = a;
  b.pc = 5;
  CHECK(a.same_as(b));
  b.thread = 2;
  CHECK_FALSE(a.same_as(b));
}

}  // namespace
}  // namespace sim
