// Joining clocks along reads-from.
#include "sim/graph/clocks.h"

#include <algorithm>

#include "sim/machine.h"

namespace sim::graph {
namespace {

constexpr std::uint32_t readers_asked_max = 16;

bool acquires(std::uint32_t order) {
  return order != __ATOMIC_RELAXED && order != __ATOMIC_RELEASE;
}
bool releases(std::uint32_t order) {
  return order == __ATOMIC_RELEASE || order == __ATOMIC_ACQ_REL || order == __ATOMIC_SEQ_CST;
}

}  // namespace

Clocks::Clocks(Machine& m, const EventLog& log) : m_(m), log_(log), stride_(log.threads()) {
  const std::uint64_t bytes = sizeof(Clock) * stride_;
  released_ = static_cast<Clock*>(m.space.allocate_tool(bytes * log_events_max));
  at_fence_ = static_cast<Clock*>(m.space.allocate_tool(bytes * stride_));
  for_fence_ = static_cast<Clock*>(m.space.allocate_tool(bytes * stride_));
}

Clock* Clocks::touched(Clock* clocks, std::uint32_t index) const {
  Clock* const clock = row(clocks, index);
  m_.space.touch(reinterpret_cast<std::uint64_t>(clock), sizeof(Clock) * stride_);
  return clock;
}

void Clocks::read(std::uint32_t thread, EventId source, std::uint32_t order) {
  if (!log_[source].released) return;
  const Clock* const clock = row(released_, source);
  if (acquires(order)) m_.races.join(thread, clock);
  Clock* const later = touched(for_fence_, thread);
  for (std::uint32_t t = 0; t < stride_; t++) later[t] = std::max(later[t], clock[t]);
}

// A row above what the log holds means nothing, so it needs no journal.
void Clocks::write(std::uint32_t thread, EventId write, std::uint32_t order, EventId updated) {
  const Clock* const own = releases(order) ? m_.races.clock_of(thread) : row(at_fence_, thread);
  const bool continues = updated != no_event && log_[updated].released;
  const Clock* const sequence = continues ? row(released_, updated) : own;
  Clock* const clock = row(released_, write);
  for (std::uint32_t t = 0; t < stride_; t++) clock[t] = std::max(own[t], sequence[t]);
  m_.races.tick(thread);
}

void Clocks::repeat(EventId write, EventId old) {
  std::copy_n(row(released_, old), stride_, row(released_, write));
}

void Clocks::fence(std::uint32_t thread, std::uint32_t order) {
  if (acquires(order)) m_.races.join(thread, row(for_fence_, thread));
  if (!releases(order)) return;
  std::copy_n(m_.races.clock_of(thread), stride_, touched(at_fence_, thread));
  m_.races.tick(thread);
}

bool Clocks::is_before(EventId event, std::uint32_t thread) const {
  const Event& e = log_[event];
  return e.thread != nobody && e.time <= m_.races.clock_of(thread)[e.thread];
}

bool Clocks::is_seen(std::uint32_t thread, EventId write) const {
  if (is_before(write, thread)) return true;
  EventId r = log_[write].reader;
  for (std::uint32_t i = 0; i < readers_asked_max && r != no_event; i++) {
    if (is_before(r, thread)) return true;
    r = log_[r].other_reader;
  }
  return false;
}

}  // namespace sim::graph
