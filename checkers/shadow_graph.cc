// The shadow graph: kept from events, searched when marking ends.
#include "checkers/shadow_graph.h"

#include "runtime_core/probe.h"

namespace checkers {

using runtime_core::Event;
using runtime_core::ptr_size;
using runtime_core::tiny_size;

void ShadowGraph::attach(sim::Space& space) {
  space_ = &space;
  objects_.attach(space, 1 << 21);
  slots_.attach(space, 1 << 22);
  kept_.attach(space, 1 << 21);
  roots_.attach(space, 1 << 10);
  finalizers_.attach(space, 1 << 16);
  queued_.attach(space, 1 << 16);
  cycle_ = static_cast<std::uint64_t*>(space.allocate_tool(64));
}

void ShadowGraph::observe(const sim::ObservedEvent& e) {
  switch (static_cast<Event>(e.kind)) {
    case Event::alloc: {
      const std::uint64_t block = e.c == tiny_size ? e.a / tiny_size * tiny_size : e.a;
      need(objects_.put(block, e.c));
      return keep(block);
    }
    case Event::free_object:
      return forget(e.a, e.b);
    case Event::slot_store:
      return store(e.a, e.c);
    case Event::root_add:
      if (e.b == 0) return roots_.erase(e.a);
      return need(roots_.put(e.a, e.b));
    case Event::finalizer_set:
      return need(finalizers_.put(e.a, e.b));
    case Event::finalizer_removed:
      return finalizers_.erase(e.a);
    case Event::finalizer_queued:
      finalizers_.erase(e.a);
      return need(queued_.put(e.a, e.b));
    case Event::finalizer_run:
      return queued_.erase(e.a);
    case Event::gc_mark_end:
      return e.b == 0 ? mark_ended() : void();
    default:
      return;
  }
}

void ShadowGraph::store(std::uint64_t slot, std::uint64_t value) {
  if (value != 0) return need(slots_.put(slot, value));
  slots_.erase(slot);
}

void ShadowGraph::forget(std::uint64_t block, std::uint64_t bytes) {
  objects_.erase(block);
  for (std::uint64_t at = block; at < block + bytes; at += ptr_size) slots_.erase(at);
}

std::uint64_t ShadowGraph::object_at(std::uint64_t address) const {
  const auto block = heap_.block_of(address);
  return block && is_object(block->base) ? block->base : 0;
}

void ShadowGraph::reach(std::uint64_t address) {
  const std::uint64_t object = object_at(address);
  if (object == 0 || is_kept(object)) return;
  keep(object);
  grey_.push_back(object);
}

void ShadowGraph::reach_from(std::uint64_t object) {
  for_each_target(object, [&](std::uint64_t target) {
    reach(target);
    return true;
  });
}

void ShadowGraph::reach_roots() {
  for (std::uint64_t i = 0; i < roots_.size(); i++) {
    const auto [start, bytes] = roots_[i];
    for (std::uint64_t at = start; at < start + bytes; at += ptr_size) {
      if (const auto value = slots_.find(at)) reach(*value);
    }
  }
  // What an object with a finalizer refers to must live, the object itself need not.
  for (std::uint64_t i = 0; i < finalizers_.size(); i++) {
    const std::uint64_t object = object_at(finalizers_[i].key);
    if (object == 0) continue;
    reach(finalizers_[i].value);
    reach_from(object);
  }
  for (std::uint64_t i = 0; i < queued_.size(); i++) {
    reach(queued_[i].key);
    reach(queued_[i].value);
  }
}

void ShadowGraph::mark_ended() {
  space_->mut(*cycle_)++;
  grey_.clear();
  reach_roots();
  for (std::size_t i = 0; i < grey_.size(); i++) reach_from(grey_[i]);
}

}  // namespace checkers
