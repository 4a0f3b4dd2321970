// The shadow graph: kept from events, searched when marking ends.
#include "checkers/shadow_graph.h"

#include "runtime_core/gc/work.h"
#include "runtime_core/probe.h"

namespace checkers {

using runtime_core::Event;
using runtime_core::GcPhase;
using runtime_core::ptr_size;
using runtime_core::tiny_size;

void ShadowGraph::attach(sim::Space& space) {
  space_ = &space;
  objects_.attach(space, 1 << 21);
  slots_.attach(space, 1 << 22);
  kept_.attach(space, 1 << 21);
  races_.attach(space);
  roots_.attach(space, 1 << 10);
  finalizers_.attach(space, 1 << 16);
  queued_.attach(space, 1 << 16);
  cycle_ = static_cast<std::uint64_t*>(space.allocate_tool(64));
  stack_ends_.attach(space, 1 << 12);
  stack_pointers_.attach(space, 1 << 12);
  floating_.attach(space, 1 << 21);
  records_.attach(space, 1 << 16);
  scans_ = static_cast<std::uint64_t*>(space.allocate_tool(64));
  scanning_ = static_cast<std::uint64_t*>(space.allocate_tool(64));
}

void ShadowGraph::observe(const sim::ObservedEvent& e) {
  switch (static_cast<Event>(e.kind)) {
    case Event::alloc: {
      const std::uint64_t block = e.c == tiny_size ? e.a / tiny_size * tiny_size : e.a;
      need(objects_.put(block, e.c));
      if (*scanning_ != 0) need(floating_.put(block, *scans_));
      return keep(block);
    }
    case Event::free_object:
      return forget(e.a, e.b);
    case Event::slot_store:
      return store_by(e.thread, e.a, e.c);
    case Event::remote_store:
      return store(e.a, e.c);
    case Event::world_stopped:
      return world_stopped();
    case Event::runtime_object:
      return need(records_.put(e.a, 1));
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
    case Event::finalizer_run: {
      // The program has it once more, though perhaps not when a marking ends.
      const std::uint64_t object = object_at(e.a);
      if (object != 0) keep(object);
      return queued_.erase(e.a);
    }
    case Event::gc_mark_end:
      return e.b == 0 ? mark_ended() : void();
    case Event::gc_phase:
      return e.a == static_cast<std::uint64_t>(GcPhase::scan) ? scan_begins() : void();
    case Event::sweepgen_bump:
      space_->mut(*scanning_) = 0;
      return;
    case Event::stack_live:
      return stack_lives(e.a, e.b, e.c);
    default:
      return;
  }
}

void ShadowGraph::store(std::uint64_t slot, std::uint64_t value) {
  if (value != 0) return need(slots_.put(slot, value));
  slots_.erase(slot);
}

void ShadowGraph::store_by(std::uint32_t thread, std::uint64_t slot, std::uint64_t value) {
  races_.see(thread);
  if (races_.is_possible() && !is_on_stack(slot)) need(races_.note(thread, slot, value));
  store(slot, value);
}

bool ShadowGraph::is_on_stack(std::uint64_t slot) const {
  for (std::uint64_t i = 0; i < stack_count(); i++) {
    const StackView view = stack(i);
    if (slot >= view.sp && slot < view.hi) return true;
  }
  return false;
}

bool ShadowGraph::is_in_root(std::uint64_t slot) const {
  for (std::uint64_t i = 0; i < roots_.size(); i++) {
    if (slot - roots_[i].key < roots_[i].value) return true;
  }
  return false;
}

void ShadowGraph::world_stopped() {
  races_.settle([this](std::uint64_t slot, std::uint64_t value) {
    if (slots_.find(slot).value_or(0) == value) return;
    if (object_at(slot) == 0 && !is_in_root(slot)) return;
    if (*reinterpret_cast<const std::uint64_t*>(slot) == value) store(slot, value);
  });
}

void ShadowGraph::forget(std::uint64_t block, std::uint64_t bytes) {
  objects_.erase(block);
  records_.erase(block);
  for (std::uint64_t at = block; at < block + bytes; at += ptr_size) slots_.erase(at);
}

std::uint64_t ShadowGraph::object_at(std::uint64_t address) const {
  const auto block = heap_.block_of(address);
  return block && is_object(block->base) ? block->base : 0;
}

void ShadowGraph::reach(std::uint64_t address) {
  const std::uint64_t object = object_at(address);
  if (object == 0 || seen_->find(object).value_or(0) == stamp_) return;
  need(seen_->put(object, stamp_));
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
  for (std::uint64_t i = 0; i < stack_count(); i++) {
    for_each_slot(stack(i), [&](std::uint64_t, std::uint64_t value) { reach(value); });
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

void ShadowGraph::search(sim::JournalMap& seen, std::uint64_t stamp) {
  seen_ = &seen;
  stamp_ = stamp;
  grey_.clear();
  reach_roots();
  for (std::size_t i = 0; i < grey_.size(); i++) reach_from(grey_[i]);
}

void ShadowGraph::mark_ended() {
  space_->mut(*cycle_)++;
  search(kept_, *cycle_);
}

void ShadowGraph::scan_begins() {
  space_->mut(*scans_)++;
  space_->mut(*scanning_) = 1;
  search(floating_, *scans_);
}

// Frames that were left are forgotten. Where the upper end is another one, the frames have moved,
// and what points into them with them.
void ShadowGraph::stack_lives(std::uint64_t goroutine, std::uint64_t sp, std::uint64_t hi) {
  const StackView old = stack_of(goroutine);
  const std::uint64_t delta = hi - old.hi;
  if (delta != 0) {
    for (std::uint64_t at = old.sp; at < old.hi; at += ptr_size) {
      const auto value = slots_.find(at);
      if (!value) continue;
      const bool inside = *value >= old.sp && *value < old.hi;
      slots_.erase(at);
      store(at + delta, inside ? *value + delta : *value);
    }
  }
  for (std::uint64_t at = old.sp + delta; at < sp; at += ptr_size) slots_.erase(at);
  need(stack_ends_.put(goroutine, hi));
  need(stack_pointers_.put(goroutine, sp));
}

}  // namespace checkers
