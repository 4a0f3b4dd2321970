// Who refers to whom, and what the next sweep must keep: from the stores that a program announces,
// its roots and its finalizers, never from the bitmap.
//
// Whose store was the last, where threads race, memory says when the world has stopped: one of
// those that were announced.
//
// Conservative in one direction: a reference that was not announced is not known, so what is called
// reachable is, and what is not may be.
#pragma once

#include <cstdint>
#include <vector>

#include "checkers/dense_map.h"
#include "checkers/shadow_heap.h"
#include "checkers/store_races.h"

namespace checkers {

class ShadowGraph {
 public:
  explicit ShadowGraph(const ShadowHeap& heap) : heap_(heap) {}
  void attach(sim::Space& space);
  // REQUIRES: the shadow heap has seen the event. At gc_mark_end, computes what is reachable, and
  // when a concurrent scan begins.
  void observe(const sim::ObservedEvent& event);
  bool is_full() const { return full_; }

  // Objects whose allocation has ended, i < object_count().
  std::uint64_t object_count() const { return objects_.size(); }
  std::uint64_t object(std::uint64_t i) const { return objects_[i].key; }
  bool is_object(std::uint64_t block) const { return objects_.find(block) != nullptr; }
  // Reachable when marking ended last, or allocated since; always before the first collection.
  bool is_kept(std::uint64_t block) const { return kept_.find(block).value_or(0) == *cycle_; }

  // Collections whose marking has ended since it was reachable last.
  std::uint64_t collections_without(std::uint64_t block) const {
    return *cycle_ - kept_.find(block).value_or(0);
  }

  // Reachable when the concurrent scan of this collection began, or allocated since: may be marked
  // although it has died meanwhile, as may records of the runtime's own.
  bool may_float(std::uint64_t block) const {
    if (*scanning_ == 0) return false;
    return floating_.find(block).value_or(0) == *scans_ || is_record(block);
  }
  // What goroutines hold, or a cache: its references count as theirs.
  bool is_record(std::uint64_t block) const { return records_.find(block).has_value(); }

  // Stacks of goroutines, i < stack_count(): frames lie in [sp, hi).
  struct StackView {
    std::uint64_t goroutine, sp, hi;
  };
  std::uint64_t stack_count() const { return stack_ends_.size(); }
  StackView stack(std::uint64_t i) const {
    const auto [g, hi] = stack_ends_[i];
    return {g, stack_pointers_.get(g, hi), hi};
  }
  StackView stack_of(std::uint64_t goroutine) const {
    const std::uint64_t hi = stack_ends_.get(goroutine, 0);
    return {goroutine, stack_pointers_.get(goroutine, hi), hi};
  }
  // Calls f(address, pointer) for each word of a stack that holds a pointer.
  template <class F>
  void for_each_slot(const StackView& stack, F f) const {
    for (std::uint64_t at = stack.sp; at < stack.hi; at += sizeof(std::uint64_t)) {
      if (const auto value = slots_.find(at)) f(at, *value);
    }
  }
  // The object that an address points into, or 0.
  std::uint64_t object_at(std::uint64_t address) const;

  // Calls f(target) for each object that a pointer of `object` refers to, until f returns false.
  template <class F>
  void for_each_target(std::uint64_t object, F f) const {
    const std::uint64_t end = object + objects_.get(object, 0);
    for (std::uint64_t at = object; at < end; at += sizeof(std::uint64_t)) {
      const auto value = slots_.find(at);
      const std::uint64_t target = value ? object_at(*value) : 0;
      if (target != 0 && !f(target)) return;
    }
  }

 private:
  void store(std::uint64_t slot, std::uint64_t value);
  void store_by(std::uint32_t thread, std::uint64_t slot, std::uint64_t value);
  bool is_on_stack(std::uint64_t slot) const;
  bool is_in_root(std::uint64_t slot) const;
  void world_stopped();
  void forget(std::uint64_t block, std::uint64_t bytes);
  void keep(std::uint64_t object) { need(kept_.put(object, *cycle_)); }
  void reach(std::uint64_t address);
  void reach_from(std::uint64_t object);
  void reach_roots();
  void search(sim::JournalMap& seen, std::uint64_t stamp);
  void mark_ended();
  void scan_begins();
  void stack_lives(std::uint64_t goroutine, std::uint64_t sp, std::uint64_t hi);
  void need(bool fits) { full_ = full_ || !fits; }

  const ShadowHeap& heap_;
  DenseMap objects_;       // block -> bytes
  sim::JournalMap slots_;  // slot -> pointer, where not null
  StoreRaces races_;
  DenseMap roots_;                  // start -> bytes
  DenseMap finalizers_;             // object -> function
  DenseMap queued_;                 // object whose finalizer is to run -> function
  sim::JournalMap kept_;            // object -> the cycle that keeps it
  std::uint64_t* cycle_ = nullptr;  // collections whose marking has ended
  DenseMap stack_ends_;             // goroutine -> upper end of its stack
  DenseMap stack_pointers_;         // goroutine -> lowest word in use
  sim::JournalMap floating_;        // object -> the concurrent scan that found it, or its birth did
  sim::JournalMap records_;         // objects that are the runtime's own
  std::uint64_t* scans_ = nullptr;  // concurrent scans begun
  std::uint64_t* scanning_ = nullptr;  // 1 from such a scan to the sweep
  sim::Space* space_ = nullptr;
  // Of one search: what is to be looked at, what was found, and the mark of this search.
  std::vector<std::uint64_t> grey_;
  sim::JournalMap* seen_ = nullptr;
  std::uint64_t stamp_ = 0;
  bool full_ = false;
};

}  // namespace checkers
