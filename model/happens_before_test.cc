// The order of steps: what races, and what is no race because something lies between.
#include "model/happens_before.h"

#include <doctest/doctest.h>

namespace model {
namespace {

constexpr std::uint64_t x = 64, y = 128;

struct Steps : HappensBefore {
  std::vector<std::uint32_t> add(std::uint32_t actor, std::vector<Access> accesses) {
    const auto span = races(push({actor, accesses, {}}));
    return {span.begin(), span.end()};
  }
};
using Races = std::vector<std::uint32_t>;

TEST_CASE("a step that lets all others move races with the latest of each, and with the next") {
  Steps order;
  order.add(0, {{x, 8, AccessKind::write}});
  order.add(0, {{x, 8, AccessKind::write}});
  order.add(1, {{y, 8, AccessKind::write}});
  CHECK(order.add(2, {{y, 1, AccessKind::with_all}}) == Races{2, 1});
  CHECK(order.add(1, {{y, 8, AccessKind::read}}) == Races{3});
  CHECK(order.add(1, {{y, 8, AccessKind::read}}) == Races{});
  order.truncate(3);
  CHECK(order.add(0, {{y, 8, AccessKind::read}}) == Races{2});
}

TEST_CASE("a thread and its own buffer do not race, and others race with both") {
  constexpr std::uint8_t owner = 1;
  Steps order;
  order.add(0, {{x, 8, AccessKind::read, owner}});
  CHECK(order.add(first_buffer, {{x, 8, AccessKind::write, owner}}) == Races{});
  CHECK(order.add(1, {{x, 8, AccessKind::write, 2}}) == Races{1, 0});
}

TEST_CASE("who takes a lock races with who took it before, and not with the release") {
  constexpr auto take = AccessKind::acquire, give = AccessKind::release;
  Steps order;
  order.add(0, {{x, 8, take}});
  order.add(0, {{y, 8, AccessKind::write}});
  order.add(0, {{x, 8, give}});
  CHECK(order.add(1, {{x, 8, take}, {y, 8, AccessKind::write}}) == Races{0});
  CHECK(order.before(2, 3));
  CHECK(order.add(1, {{x, 8, give}}) == Races{});
  CHECK(order.add(2, {{x, 8, take}}) == Races{3});
  // One that looks without waiting could have come before the release.
  CHECK(order.add(0, {{x, 8, AccessKind::read}}) == Races{5});
}

TEST_CASE("what a thread saw while a lock was held keeps it behind") {
  Steps order;
  order.add(0, {{x, 8, AccessKind::acquire}});
  order.add(0, {{y, 8, AccessKind::write}});
  CHECK(order.add(1, {{y, 8, AccessKind::read}}) == Races{1});
  order.add(0, {{x, 8, AccessKind::release}});
  CHECK(order.add(1, {{x, 8, AccessKind::acquire}}) == Races{});
}

}  // namespace
}  // namespace model
