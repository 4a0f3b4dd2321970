// The event log: values of bytes whatever the sizes of accesses, and rollbacks.
#include "sim/graph/event_log.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "sim/value.h"

namespace sim::graph {
namespace {

constexpr std::uint32_t thread = 1, threads = 2;

struct Memory {
  Memory() {
    REQUIRE(space.map());
    at = reinterpret_cast<std::uint64_t>(space.allocate_region(64));
    log.emplace(space, threads);
  }
  EventId append(Kind kind, std::uint64_t address, std::uint32_t bytes) {
    Event e;
    e.kind = kind;
    e.thread = thread;
    e.address = address;
    e.bytes = static_cast<std::uint8_t>(bytes);
    return log->append(e);
  }
  EventId write(std::uint64_t address, std::uint32_t bytes, std::uint64_t value) {
    const std::uint32_t location = log->locate(address, bytes);
    const EventId id = append(Kind::write, address, bytes);
    log->mut(id).location = location;
    log->mut(id).value = value;
    log->insert_behind(id, log->location(location).newest);
    space.touch(address, bytes);
    write_value(address, bytes, value);
    return id;
  }
  std::uint64_t newest(std::uint64_t address, std::uint32_t bytes) {
    return log->value_at(log->location(log->locate(address, bytes)).newest, address, bytes);
  }

  Space space;
  std::uint64_t at = 0;
  std::optional<EventLog> log;
};

TEST_CASE("the newest writes are what memory holds, in any mixture of sizes") {
  CHECK(rc::check([] {
    Memory m;
    for (int i = *rc::gen::inRange(1, 40); i > 0; i--) {
      const auto bytes = *rc::gen::element<std::uint32_t>(1, 2, 4, 8);
      const std::uint64_t address = m.at + *rc::gen::inRange<std::uint32_t>(0, 16 / bytes) * bytes;
      const std::uint64_t mask = (bytes == 8 ? 0 : std::uint64_t{1} << (8 * bytes)) - 1;
      if (*rc::gen::arbitrary<bool>()) {
        m.write(address, bytes, *rc::gen::arbitrary<std::uint64_t>() & mask);
      } else {
        RC_ASSERT(m.newest(address, bytes) == read_value(address, bytes));
      }
    }
  }));
}

TEST_CASE("old values stay: of the bytes that a write has, and of those around it") {
  Memory m;
  const EventId first = m.write(m.at, 8, 0x1111'1111'1111'1111);
  const EventId second = m.write(m.at + 4, 4, 0x2222'2222);
  const EventId third = m.write(m.at, 1, 0x33);
  CHECK(m.log->value_at(first, m.at, 8) == 0x1111'1111'1111'1111);
  CHECK(m.log->value_at(second, m.at, 8) == 0x2222'2222'1111'1111);
  CHECK(m.log->value_at(third, m.at, 8) == 0x2222'2222'1111'1133);
  CHECK(m.log->value_at(third, m.at + 4, 2) == 0x2222);
}

TEST_CASE("locations that one access touches become one, and keep their orders and readers") {
  Memory m;
  const EventId low = m.write(m.at, 4, 1);
  const EventId high = m.write(m.at + 4, 4, 2);
  m.log->locate(m.at, 4);
  const EventId read = m.append(Kind::read, m.at, 4);
  const EventId initial = (*m.log)[low].older;
  m.log->set_source(read, initial);
  const std::uint32_t whole = m.log->locate(m.at, 8);
  const Location& at = m.log->location(whole);
  CHECK(at.mixed);
  CHECK(at.newest == high);
  CHECK((*m.log)[high].older == low);
  const EventId oldest = (*m.log)[low].older;
  CHECK((*m.log)[read].source == oldest);
  CHECK((*m.log)[oldest].reader == read);
  CHECK(m.log->value_at(low, m.at, 8) == 1);
  CHECK(m.log->value_at(high, m.at, 8) == 0x2'0000'0001);
}

TEST_CASE("what was written unseen is told from what was left, and begins a new history") {
  Memory m;
  const EventId old = m.write(m.at, 4, 5);
  m.write(m.at + 4, 4, 6);
  const std::uint32_t location = m.log->locate(m.at, 4);
  CHECK(m.log->is_as_left(location));
  write_value(m.at, 4, 7);
  CHECK(!m.log->is_as_left(location));
  const Location& fresh = m.log->location(m.log->renew(location));
  CHECK(m.log->value_at(fresh.newest, m.at, 4) == 7);
  CHECK((*m.log)[fresh.newest].older == no_event);
  CHECK((*m.log)[old].location == location);
  CHECK(m.newest(m.at, 4) == 7);
  CHECK(m.newest(m.at + 4, 4) == 6);
}

TEST_CASE("a location of bytes that are forgotten begins with what they hold") {
  Memory m;
  m.write(m.at, 8, 5);
  m.write(m.at + 8, 8, 6);
  m.log->forget(m.at + 4, 8);
  for (const std::uint64_t address : {m.at, m.at + 8}) {
    const EventId newest = m.log->location(m.log->locate(address, 8)).newest;
    CHECK((*m.log)[newest].older == no_event);
    CHECK(m.log->value_at(newest, address, 8) == read_value(address, 8));
  }
}

TEST_CASE("the value of a pending write is in memory") {
  Memory m;
  const EventId id = m.write(m.at, 8, 5);
  m.log->mut(id).pending = true;
  write_value(m.at, 8, 6);
  CHECK(m.newest(m.at, 8) == 6);
}

TEST_CASE("a rollback takes events, readers and coherence orders back") {
  Memory m;
  const EventId first = m.write(m.at, 8, 1);
  const std::uint32_t location = m.log->locate(m.at, 8);
  const std::uint64_t mark = m.space.snapshot();
  m.write(m.at, 8, 2);
  m.log->set_source(m.append(Kind::read, m.at, 8), first);
  m.space.rollback(mark);
  CHECK(m.log->location(location).newest == first);
  CHECK((*m.log)[first].newer == no_event);
  CHECK((*m.log)[first].reader == no_event);
  CHECK(m.log->last_of(thread) == first);
  CHECK(m.write(m.at, 8, 3) == first + 1);
}

}  // namespace
}  // namespace sim::graph
