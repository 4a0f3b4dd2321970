// The dense map against std::map.
#include "checkers/dense_map.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <map>

namespace checkers {
namespace {

// Keys near each other and far away, few enough to come again.
std::uint64_t some_key() {
  return *rc::gen::element<std::uint64_t>(0, 1, 8, 16, 24, 4096, 4104, 8192, 1ull << 20,
                                          1ull << 40);
}

TEST_CASE("a dense map holds its entries side by side") {
  const bool ok = rc::check([] {
    sim::Space space;
    RC_ASSERT(space.map());
    DenseMap map;
    map.attach(space, 16);
    std::map<std::uint64_t, std::uint64_t> expected;
    const auto steps = *rc::gen::inRange(1, 60);
    for (int i = 0; i < steps; i++) {
      const std::uint64_t key = some_key();
      if (*rc::gen::inRange(0, 3) == 0) {
        map.erase(key);
        expected.erase(key);
      } else {
        RC_ASSERT(map.put(key, static_cast<std::uint64_t>(i)));
        expected[key] = static_cast<std::uint64_t>(i);
      }
      std::map<std::uint64_t, std::uint64_t> seen;
      for (std::uint64_t j = 0; j < map.size(); j++) seen[map[j].key] = map[j].value;
      RC_ASSERT(seen == expected);
    }
  });
  CHECK(ok);
}

}  // namespace
}  // namespace checkers
