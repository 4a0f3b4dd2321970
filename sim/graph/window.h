// The part of an execution that a new event could contradict, as axioms judge it.
//
// A model forbids cycles, and the rest of the execution has none. So a cycle goes through the new
// event, and all its events follow from the new one: by program order, by reads-from, by coherence,
// from a read to what overwrites what it read. These are the window. With them come the writes that
// their reads read, since what overwrites a write is said of the write; no cycle leads there.
//
// Dependencies are not seen. Program order is kept from each read to the later writes of its thread
// instead, as if all were behind a branch on it, since programs run in program order.
#pragma once

#include <array>

#include "sim/graph/event_log.h"

namespace sim::graph {

class Window {
 public:
  explicit Window(const EventLog& log) : log_(log) {}

  // What follows from an event, and itself. False if it is more than axioms can judge.
  bool collect(EventId from);
  axioms::Execution execution() const;
  // As if each access hung on all earlier loads of its thread.
  axioms::Execution with_all_dependencies() const {
    axioms::Execution x = execution();
    x.addr |= x.po.from(x.reads).to(x.accesses());
    return x;
  }

 private:
  static constexpr std::uint32_t threads_max = 61;

  bool include(EventId id);
  bool include_successors(EventId id);
  bool has(EventId id) const;
  std::uint32_t index_of(EventId id) const;
  void add_event(axioms::Execution& x, std::uint32_t index) const;
  void add_thread(axioms::Execution& x, std::uint32_t thread) const;
  void add_locations(axioms::Execution& x) const;

  const EventLog& log_;
  std::array<EventId, threads_max> first_{};        // of each thread's events in the window
  std::array<std::uint32_t, threads_max> start_{};  // index of that event
  std::array<EventId, axioms::events_max> events_;  // by index: threads one after the other
  std::uint32_t count_ = 0;                         // of events
  std::uint32_t followers_ = 0;                     // of them, not only here for what they hold
};

}  // namespace sim::graph
