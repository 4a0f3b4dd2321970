// The happens-before of C++ on the execution graph: release sequences and fences, whatever the
// processor. What the race detector is told, and what a thread is sure to have seen.
#pragma once

#include "sim/graph/event_log.h"

namespace sim {
struct Machine;
}

namespace sim::graph {

class Clocks {
 public:
  Clocks(Machine& m, const EventLog& log);

  // The thread has read a write.
  void read(std::uint32_t thread, EventId source, std::uint32_t order);
  // It writes; `updated`: what a read-modify-write has read, or none.
  void write(std::uint32_t thread, EventId write, std::uint32_t order, EventId updated);
  // A new write makes known what an old one did.
  void repeat(EventId write, EventId old);
  void fence(std::uint32_t thread, std::uint32_t order);

  // Whether the write, or a read of it, happens before what the thread does next. May say no where
  // the answer is yes.
  bool is_seen(std::uint32_t thread, EventId write) const;

 private:
  Clock* row(Clock* clocks, std::uint32_t index) const {
    return clocks + std::uint64_t{index} * stride_;
  }
  Clock* touched(Clock* clocks, std::uint32_t index) const;
  bool is_before(EventId event, std::uint32_t thread) const;

  Machine& m_;
  const EventLog& log_;
  std::uint32_t stride_;
  Clock* released_;   // by write: what a load that acquires it joins
  Clock* at_fence_;   // by thread: its clock at its latest release fence
  Clock* for_fence_;  // by thread: what its next acquire fence joins
};

}  // namespace sim::graph
