// Marks of events, and the dependencies that can be told from addresses.
#include "sim/graph/recorder.h"

#include <string>

#include "sim/machine.h"

namespace sim::graph {
namespace {

constexpr std::uint64_t object_bytes_max = 256;   // reached through a pointer that was loaded
constexpr std::uint32_t events_looked_back = 64;  // for that load

}  // namespace

axioms::Mark mark_of(std::uint32_t order) {
  using axioms::Mark;
  switch (order) {
    case __ATOMIC_RELAXED:
      return Mark::relaxed;
    case __ATOMIC_CONSUME:
    case __ATOMIC_ACQUIRE:
      return Mark::acquire;
    case __ATOMIC_RELEASE:
      return Mark::release;
    case __ATOMIC_ACQ_REL:
      return Mark::acq_rel;
    default:
      return Mark::seq_cst;
  }
}

Recorder::Recorder(Machine& m, const axioms::Axioms& model)
    : log(m.space, m.options.threads + 1),
      m_(m),
      model_(model),
      is_processor_(axioms::mapped(model.name, Operation::load, axioms::Mark::relaxed)) {}

axioms::Mapped Recorder::mapping(Operation operation, std::uint32_t order) const {
  if (is_processor_) return *axioms::mapped(model_.name, operation, mark_of(order));
  const Marks marks = axioms::mark(mark_of(order));
  if (operation == Operation::fence) return {.before = marks | axioms::mark(axioms::Mark::fence)};
  return {.read = marks, .write = marks};
}

EventId Recorder::append(std::uint32_t thread, Event e) {
  e.thread = static_cast<std::uint8_t>(thread);
  e.time = m_.races.clock_of(thread)[thread];
  return log.append(e);
}

void Recorder::append_fence(std::uint32_t thread, Marks marks) {
  if (marks == 0) return;
  Event e;
  e.marks = marks;
  append(thread, e);
}

void Recorder::fence_behind(std::uint32_t thread, const axioms::Mapped& how) {
  if (how.behind == 0) return;
  append_fence(thread, how.behind);
  log.mut(log.last_of(thread)).branches = how.branches;
}

Event Recorder::access(Kind kind, Access a, Marks marks) const {
  Event e;
  e.kind = kind;
  e.address = a.address;
  e.bytes = static_cast<std::uint8_t>(a.size);
  e.marks = marks;
  e.address_from = pointers_to(m_.current(), a.address);
  return e;
}

// The thread's reads of a pointer that leads to the address.
std::uint64_t Recorder::pointers_to(std::uint32_t thread, std::uint64_t address) const {
  std::uint64_t found = 0;
  EventId at = log.last_of(thread);
  for (std::uint32_t i = 0; i < events_looked_back && at != no_event; i++, at = log[at].before) {
    const Event& r = log[at];
    if (r.kind != Kind::read || r.bytes != 8) continue;
    if (in_region(r.value) && address - r.value < object_bytes_max) found |= std::uint64_t{1} << i;
  }
  return found;
}

void Recorder::no_room() const {
  m_.violate("tool.limit", std::string("an execution with too many accesses for ") + model_.name);
}

}  // namespace sim::graph
