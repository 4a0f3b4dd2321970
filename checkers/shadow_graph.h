// Who refers to whom, and what the next sweep must keep: from the stores that a program announces,
// its roots and its finalizers, never from the bitmap.
//
// Conservative in one direction: a reference that was not announced is not known, so what is called
// reachable is, and what is not may be.
#pragma once

#include <cstdint>
#include <vector>

#include "checkers/dense_map.h"
#include "checkers/shadow_heap.h"

namespace checkers {

class ShadowGraph {
 public:
  explicit ShadowGraph(const ShadowHeap& heap) : heap_(heap) {}
  void attach(sim::Space& space);
  // REQUIRES: the shadow heap has seen the event. At gc_mark_end, computes what is reachable.
  void observe(const sim::ObservedEvent& event);
  bool is_full() const { return full_; }

  // Objects whose allocation has ended, i < object_count().
  std::uint64_t object_count() const { return objects_.size(); }
  std::uint64_t object(std::uint64_t i) const { return objects_[i].key; }
  bool is_object(std::uint64_t block) const { return objects_.find(block) != nullptr; }
  // Reachable when marking ended last, or allocated since; always before the first collection.
  bool is_kept(std::uint64_t block) const { return kept_.find(block).value_or(0) == *cycle_; }

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
  // The object that an address points into, or 0.
  std::uint64_t object_at(std::uint64_t address) const;
  void store(std::uint64_t slot, std::uint64_t value);
  void forget(std::uint64_t block, std::uint64_t bytes);
  void keep(std::uint64_t object) { need(kept_.put(object, *cycle_)); }
  void reach(std::uint64_t address);
  void reach_from(std::uint64_t object);
  void reach_roots();
  void mark_ended();
  void need(bool fits) { full_ = full_ || !fits; }

  const ShadowHeap& heap_;
  DenseMap objects_;                // block -> bytes
  sim::JournalMap slots_;           // slot -> pointer, where not null
  DenseMap roots_;                  // start -> bytes
  DenseMap finalizers_;             // object -> function
  DenseMap queued_;                 // object whose finalizer is to run -> function
  sim::JournalMap kept_;            // object -> the cycle that keeps it
  std::uint64_t* cycle_ = nullptr;  // collections whose marking has ended
  sim::Space* space_ = nullptr;
  std::vector<std::uint64_t> grey_;  // within one search
  bool full_ = false;
};

}  // namespace checkers
