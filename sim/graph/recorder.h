// Appends to the log what a C++ operation is on a model's processor: events and the fences around
// them.
#pragma once

#include "sim/axioms/axioms.h"
#include "sim/axioms/mapping.h"
#include "sim/graph/event_log.h"
#include "sim/memory_model.h"

namespace sim::graph {

using axioms::Marks;
using axioms::Operation;

// Of an order of C++ (__ATOMIC_*).
axioms::Mark mark_of(std::uint32_t order);

class Recorder {
 public:
  Recorder(Machine& m, const axioms::Axioms& model);

  EventLog log;

  // Whether operations are mapped to instructions, or stay those of C++.
  bool is_processor() const { return is_processor_; }
  axioms::Mapped mapping(Operation operation, std::uint32_t order) const;
  // REQUIRES of the following: there is room.
  EventId append(std::uint32_t thread, Event e);
  void append_fence(std::uint32_t thread, Marks marks);
  // What the mapping has behind the thread's latest event.
  void fence_behind(std::uint32_t thread, const axioms::Mapped& how);
  // An access of the running thread, not appended yet.
  Event access(Kind kind, Access a, Marks marks) const;
  void require_room() const {
    if (!log.has_room()) [[unlikely]]
      no_room();
  }

 private:
  [[noreturn]] void no_room() const;
  std::uint64_t pointers_to(std::uint32_t thread, std::uint64_t address) const;

  Machine& m_;
  const axioms::Axioms& model_;
  bool is_processor_;
};

}  // namespace sim::graph
