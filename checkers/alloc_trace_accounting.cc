// Follows each object of an allocation trace from its allocation to its sweep.
#include "checkers/alloc_trace_accounting.h"

#include <string>

#include "runtime_core/probe.h"

namespace checkers {

using runtime_core::Event;
using sim::Finding;

AllocTraceAccounting::AllocTraceAccounting(const scenarios::AllocInput& input, std::uint32_t procs)
    : input_(input), share_(procs + 1) {
  for (std::uint32_t i = 0; i < input.objects; i++) {
    const bool older = i < input.first_object[0];
    share_[older ? procs : input.object[i].goroutine % procs].push_back(i);
  }
}

void AllocTraceAccounting::attach(sim::Space& space) {
  space_ = &space;
  counts_ = static_cast<Counts*>(space.allocate_tool(sizeof(Counts)));
  next_ = static_cast<std::uint64_t*>(space.allocate_tool(share_.size() * sizeof *next_));
  object_at_.attach(space, input_.objects + 1);
}

std::uint64_t AllocTraceAccounting::collections() const {
  const std::uint64_t seen = counts_ == nullptr ? 0 : counts_->collections;
  return seen < input_.collections ? seen : input_.collections;
}

std::string AllocTraceAccounting::describe(std::uint64_t object) const {
  return "object " + std::to_string(object) + " of " + std::to_string(input_.object[object].size) +
         " bytes";
}

std::optional<Finding> AllocTraceAccounting::allocated(const sim::ObservedEvent& event) {
  if (counts_->collecting != 0) return std::nullopt;  // the collector's own
  if (event.thread >= share_.size() || next_[event.thread] == share_[event.thread].size()) {
    return Finding{"alloc.accounting", "thread " + std::to_string(event.thread) +
                                           " allocates more than the trace says"};
  }
  const std::uint64_t object = share_[event.thread][next_[event.thread]];
  space_->mut(next_[event.thread])++;
  if (event.b != input_.object[object].size || event.c < event.b) {
    return Finding{"alloc.accounting", describe(object) + " got a block of " +
                                           std::to_string(event.c) + " for a request of " +
                                           std::to_string(event.b)};
  }
  if (const auto other = object_at_.find(event.a)) {
    return Finding{"alloc.single_owner",
                   describe(object) + " got the block that is still that of " + describe(*other)};
  }
  if (!object_at_.put(event.a, object)) return Finding{"tool.limit", "allocation checker is full"};
  if (object >= input_.first_object[0]) space_->mut(*counts_).allocations++;
  return std::nullopt;
}

std::optional<Finding> AllocTraceAccounting::swept(std::uint64_t address) {
  const auto object = object_at_.find(address);
  if (!object) return Finding{"alloc.accounting", "a block was swept that holds no object"};
  if (input_.object[*object].dies >= counts_->collections) {
    return Finding{"mark.no_lost_object", describe(*object) + " is alive and was swept"};
  }
  object_at_.erase(address);
  Counts& counts = space_->mut(*counts_);
  (*object < input_.first_object[0] ? counts.older_frees : counts.frees)++;
  return std::nullopt;
}

std::optional<Finding> AllocTraceAccounting::on_event(const sim::ObservedEvent& event) {
  switch (static_cast<Event>(event.kind)) {
    case Event::alloc:
      return allocated(event);
    case Event::free_object:
      return swept(event.a);
    case Event::gc_mark_begin:  // all that the collection before found dead is swept by now
      if (event.b == 0) space_->mut(*counts_).collections++;
      return std::nullopt;
    case Event::gc_begin:
      space_->mut(*counts_).collecting = 1;
      return std::nullopt;
    case Event::gc_end:
      space_->mut(*counts_).collecting = 0;
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

std::optional<Finding> AllocTraceAccounting::on_end() {
  const auto accounting = [](const char* what, std::uint64_t seen, std::uint64_t expected) {
    return Finding{"alloc.accounting",
                   std::to_string(seen) + " " + what + " instead of " + std::to_string(expected)};
  };
  const std::uint64_t older = input_.first_object[0];
  if (counts_->allocations != input_.objects - older) {
    return accounting("allocations", counts_->allocations, input_.objects - older);
  }
  if (counts_->collections != input_.passes) {
    return accounting("collections", counts_->collections, input_.passes);
  }
  std::optional<std::uint64_t> left;
  object_at_.for_each([&](std::uint64_t, std::uint64_t object) {
    if (input_.object[object].dies < counts_->collections && (!left || object < *left)) {
      left = object;
    }
  });
  if (left) return Finding{"sweep.no_garbage_left", describe(*left) + " is dead and was not swept"};
  if (counts_->frees + counts_->older_frees != input_.frees) {
    return accounting("frees", counts_->frees + counts_->older_frees, input_.frees);
  }
  return std::nullopt;
}

}  // namespace checkers
