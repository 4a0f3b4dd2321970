// What the program asked for and stored, kept once from the event stream, for all checkers to
// compare the runtime with.
#pragma once

#include "checkers/shadow_graph.h"
#include "checkers/shadow_heap.h"
#include "runtime_core/probe.h"
#include "runtime_core/runtime.h"

namespace checkers {

// The first observer: checkers see its state after the event.
class Shadow final : public sim::EventObserver {
 public:
  std::uint64_t wanted() const override {
    using enum runtime_core::Event;
    return sim::kinds(alloc, alloc_slot, free_object, free_span, span_alloc, gc_mark_end,
                      slot_store, root_add, finalizer_set, finalizer_removed, finalizer_queued,
                      finalizer_run, runtime_init, stack_live, gc_phase, sweepgen_bump,
                      remote_store, runtime_object, world_stopped);
  }
  void attach(sim::Space& space) override {
    heap.attach(space);
    graph.attach(space);
  }
  std::optional<sim::Finding> on_event(const sim::ObservedEvent& e) override {
    if (e.kind == static_cast<std::uint32_t>(runtime_core::Event::runtime_init)) {
      runtime = reinterpret_cast<const runtime_core::Runtime*>(e.a);
    }
    heap.observe(e);
    graph.observe(e);
    if (!heap.is_full() && !graph.is_full()) return std::nullopt;
    return sim::Finding{"tool.limit", "the shadow of the heap is full"};
  }
  // REQUIRES: the runtime has been initialised.
  std::uint64_t arena_start() const { return runtime->heap.arena_start; }

  ShadowHeap heap;
  ShadowGraph graph{heap};
  const runtime_core::Runtime* runtime = nullptr;  // of the program; null: it has none
};

}  // namespace checkers
