// The accesses that stand for starts, ends and locks.
#include "sim/graph/handovers.h"

#include "sim/machine.h"

namespace sim::graph {
namespace {

constexpr std::uint32_t object_bytes = 8;

// The race detector's cell of an object: nobody else accesses it atomically.
std::uint64_t word_of(std::uint64_t object) { return shadow_base + (object - space_base) / 8 * 8; }

}  // namespace

Handovers::Handovers(Machine& m, Recorder& recorder, Clocks& clocks)
    : m_(m), recorder_(recorder), clocks_(clocks) {
  const std::uint64_t threads = m.options.threads + 1;
  words_ = static_cast<std::uint64_t*>(m.space.allocate_tool(object_bytes * threads * threads));
}

// Its address depends on what that of the object depends on.
Event Handovers::event(Kind kind, std::uint64_t object, Marks marks) const {
  Event e = recorder_.access(kind, {object, object_bytes, __ATOMIC_RELAXED}, marks);
  e.address = word_of(object);
  return e;
}

EventId Handovers::read_newest(std::uint32_t thread, Event e) {
  const EventId newest = recorder_.log.location(recorder_.log.locate(e.address, e.bytes)).newest;
  recorder_.log.set_source(recorder_.append(thread, e), newest);
  return newest;
}

EventId Handovers::write_newest(std::uint32_t thread, Event e) {
  e.location = recorder_.log.locate(e.address, e.bytes);
  const EventId newest = recorder_.log.location(e.location).newest;
  const EventId write = recorder_.append(thread, e);
  recorder_.log.insert_behind(write, newest);
  return write;
}

void Handovers::order(std::uint32_t before, std::uint32_t after) {
  recorder_.require_room();
  const auto storing = recorder_.mapping(Operation::store, __ATOMIC_RELEASE);
  const auto loading = recorder_.mapping(Operation::load, __ATOMIC_ACQUIRE);
  const std::uint64_t at = before * (m_.options.threads + 1) + after;
  Event e;
  e.address = reinterpret_cast<std::uint64_t>(words_ + at);
  e.bytes = object_bytes;
  e.kind = Kind::write;
  e.marks = storing.write;
  recorder_.append_fence(before, storing.before);
  write_newest(before, e);
  e.kind = Kind::read;
  e.marks = loading.read;
  read_newest(after, e);
  recorder_.fence_behind(after, loading);
  m_.races.order(before, after);
}

void Handovers::acquire(std::uint64_t object) {
  recorder_.require_room();
  const auto how = recorder_.mapping(Operation::read_modify_write, __ATOMIC_ACQUIRE);
  const EventId source = read_newest(m_.current(), event(Kind::read, object, how.read));
  clocks_.read(m_.current(), source, __ATOMIC_ACQUIRE);
  recorder_.fence_behind(m_.current(), how);
}

void Handovers::release(std::uint64_t object) {
  recorder_.require_room();
  const auto how = recorder_.mapping(Operation::store, __ATOMIC_RELEASE);
  recorder_.append_fence(m_.current(), how.before);
  const EventId write = write_newest(m_.current(), event(Kind::write, object, how.write));
  clocks_.write(m_.current(), write, __ATOMIC_RELEASE, no_event);
  recorder_.log.mut(write).released = true;
}

void Handovers::release_too(std::uint64_t object) {
  recorder_.require_room();
  const auto how = recorder_.mapping(Operation::read_modify_write, __ATOMIC_RELEASE);
  recorder_.append_fence(m_.current(), how.before);
  const EventId source = read_newest(m_.current(), event(Kind::read, object, how.read));
  Event e = event(Kind::write, object, how.write);
  e.updates = e.computes = true;
  const EventId write = write_newest(m_.current(), e);
  clocks_.write(m_.current(), write, __ATOMIC_RELEASE, source);
  recorder_.log.mut(write).released = true;
}

}  // namespace sim::graph
