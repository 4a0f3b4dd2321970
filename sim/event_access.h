// What an event of the runtime touches, for checkers whose verdict depends on the order of events.
//
// Steps whose events some checker listens to must not be swapped just because they touch different
// memory. Only what the memory accesses of the same steps order already is left out.
#pragma once

#include <cstdint>

#include "model/step.h"
#include "runtime_core/probe.h"

namespace sim {

struct EventAccess {
  bool ordered = false;  // by the memory accesses of its step
  bool global = false;   // of the whole heap, not of one object
  std::uint64_t bytes = 1;
};

inline EventAccess access_of(std::uint32_t kind, std::uint64_t b, std::uint64_t c) {
  using runtime_core::Event;
  switch (static_cast<Event>(kind)) {
    // They follow the swap, or the load of an empty head, that they tell of.
    case Event::lfstack_push:
    case Event::lfstack_pop:
    // Between the swaps that take and release the lock; lock orders are a set.
    case Event::lock_begin:
    case Event::lock_acquire:
    case Event::lock_release:
    // They come with an access to the status of the goroutine, or of the processor.
    case Event::g_status:
    case Event::p_acquire:
    case Event::p_release:
      return {.ordered = true};
    case Event::alloc:
      return {.bytes = c};
    case Event::alloc_slot:
    case Event::free_object:
    case Event::scan_object:
    case Event::root_add:
      return {.bytes = b};
    case Event::sweepgen_bump:
    case Event::gc_begin:
    case Event::gc_mark_begin:
    case Event::gc_mark_end:
    case Event::gc_end:
    case Event::world_stopped:
    case Event::world_started:
    case Event::runtime_init:
      return {.global = true};
    default:
      return {};
  }
}

}  // namespace sim
