// The journal: after any writes, snapshots and rollbacks the space is what it was at the mark.
#include "sim/space.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <map>
#include <optional>
#include <vector>

#include "sim/journal_map.h"

namespace sim {
namespace {

constexpr std::uint64_t bytes_watched = 4096;

std::vector<std::uint8_t> copy_of(const std::uint8_t* memory) {
  return {memory, memory + bytes_watched};
}

struct Mark {
  std::uint64_t position;
  std::vector<std::uint8_t> bytes;
};

TEST_CASE("a rollback restores every byte, in any order of marks") {
  const bool ok = rc::check([] {
    Space space;
    RC_ASSERT(space.map());
    auto* memory = static_cast<std::uint8_t*>(space.allocate_region(bytes_watched));
    std::vector<Mark> marks;
    const auto steps = *rc::gen::inRange(1, 60);
    for (int i = 0; i < steps; i++) {
      const auto what = *rc::gen::inRange(0, 6);
      if (what == 0) {
        const std::uint64_t position = space.snapshot();
        marks.push_back({position, copy_of(memory)});
      } else if (what == 1 && !marks.empty()) {
        marks.resize(*rc::gen::inRange<std::size_t>(1, marks.size() + 1));
        space.rollback(marks.back().position);
        RC_ASSERT(copy_of(memory) == marks.back().bytes);
      } else {
        const auto at = *rc::gen::inRange<std::uint64_t>(0, bytes_watched - 200);
        const auto n = *rc::gen::inRange<std::uint64_t>(1, 200);
        space.touch(reinterpret_cast<std::uint64_t>(memory + at), n);
        std::memset(memory + at, *rc::gen::arbitrary<std::uint8_t>(), n);
      }
    }
  });
  CHECK(ok);
}

// The host's kernel says what it may read for us.
bool is_readable(const std::uint8_t* page) {
  return access(reinterpret_cast<const char*>(page), F_OK) == 0 || errno != EFAULT;
}

TEST_CASE("a rollback restores who may be accessed, with what it holds") {
  constexpr std::size_t pages = 4, page_bytes = 4096;
  using Open = std::array<bool, pages>;
  const bool ok = rc::check([] {
    Space space;
    RC_ASSERT(space.map());
    auto* memory =
        static_cast<std::uint8_t*>(space.allocate_region(pages * page_bytes, page_bytes));
    Open open{true, true, true, true};
    std::vector<std::pair<std::uint64_t, Open>> marks;
    const auto steps = *rc::gen::inRange(1, 60);
    for (int i = 0; i < steps; i++) {
      const auto what = *rc::gen::inRange(0, 5);
      const auto first = *rc::gen::inRange<std::size_t>(0, pages);
      const auto address = reinterpret_cast<std::uint64_t>(memory + first * page_bytes);
      if (what == 0) {
        marks.emplace_back(space.snapshot(), open);
      } else if (what == 1 && !marks.empty()) {
        marks.resize(*rc::gen::inRange<std::size_t>(1, marks.size() + 1));
        space.rollback(marks.back().first);
        open = marks.back().second;
      } else if (what == 2 && open[first]) {
        space.touch(address, page_bytes);
        std::memset(memory + first * page_bytes, i, page_bytes);
      } else {
        const bool two = first + 1 < pages && open[first + 1] == open[first];
        const bool allowed = *rc::gen::arbitrary<bool>();
        space.allow(address, two ? 2 * page_bytes : page_bytes, allowed);
        open[first] = allowed;
        if (two) open[first + 1] = allowed;
      }
      for (std::size_t page = 0; page < pages; page++) {
        const std::uint8_t* at = memory + page * page_bytes;
        RC_ASSERT(is_readable(at) == open[page]);
        RC_ASSERT(space.is_allowed(reinterpret_cast<std::uint64_t>(at)) == open[page]);
      }
    }
  });
  CHECK(ok);
}

// Keys near each other and far away, few enough to come again.
std::uint64_t some_key() {
  return *rc::gen::element<std::uint64_t>(0, 1, 8, 16, 24, 4096, 4104, 8192, 1ull << 20,
                                          1ull << 40);
}

TEST_CASE("a journal map is a map that a rollback takes back") {
  const bool ok = rc::check([] {
    Space space;
    RC_ASSERT(space.map());
    JournalMap map;
    map.attach(space, 64);
    std::map<std::uint64_t, std::uint64_t> expected, at_mark;
    std::optional<std::uint64_t> mark;
    const auto steps = *rc::gen::inRange(1, 80);
    for (int i = 0; i < steps; i++) {
      const std::uint64_t key = some_key();
      switch (*rc::gen::inRange(0, 6)) {
        case 0:
          mark = space.snapshot();
          at_mark = expected;
          break;
        case 1:
          if (!mark) break;
          space.rollback(*mark);
          expected = at_mark;
          break;
        case 2:
          RC_ASSERT(map.erase(key) == (expected.erase(key) != 0));
          break;
        default:
          RC_ASSERT(map.put(key, static_cast<std::uint64_t>(i)));
          expected[key] = static_cast<std::uint64_t>(i);
      }
      std::map<std::uint64_t, std::uint64_t> seen;
      map.for_each([&](std::uint64_t k, std::uint64_t v) { seen[k] = v; });
      RC_ASSERT(seen == expected);
      const auto found = map.find(key);
      RC_ASSERT(found.has_value() == expected.contains(key));
    }
  });
  CHECK(ok);
}

TEST_CASE("a full journal map says so and keeps what it has") {
  Space space;
  REQUIRE(space.map());
  JournalMap map;
  map.attach(space, 64);
  std::uint64_t used = 0;
  while (map.put(used * 8, used)) used++;
  CHECK(used >= 64);
  for (std::uint64_t i = 0; i < used; i++) CHECK(map.find(i * 8) == i);
  CHECK(!map.find(used * 8));
}

}  // namespace
}  // namespace sim
