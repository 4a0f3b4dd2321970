// Who refers to whom, from the stores that a scenario announces: slots, roots, finalizers.
//
// Conservative in one direction: a reference that was not announced is not known, so what is called
// reachable is, and what is not may be.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "checkers/dense_map.h"
#include "checkers/shadow_heap.h"

namespace checkers {

class ShadowGraph {
 public:
  void attach(sim::Space& space);
  // Keeps the graph and the heap below it up to date; says nothing but "full".
  std::optional<sim::Finding> observe(const sim::ObservedEvent& event);

  // From the roots, from finalizers that are set (what their objects refer to) and from those
  // that are queued (their objects too).
  bool is_reachable(std::uint64_t block) const;
  // From the roots alone.
  bool is_rooted(std::uint64_t block) const;
  const ShadowHeap& heap() const { return heap_; }

 private:
  void forget_slots(std::uint64_t block, std::uint64_t bytes);
  void add(std::uint64_t address, std::vector<std::uint64_t>& blocks) const;
  void add_slots(std::uint64_t start, std::uint64_t bytes,
                 std::vector<std::uint64_t>& blocks) const;
  void add_roots(std::vector<std::uint64_t>& blocks) const;
  bool reaches(std::vector<std::uint64_t>& blocks, std::uint64_t target) const;

  ShadowHeap heap_;
  DenseMap slots_;      // slot -> value, null values left out
  DenseMap roots_;      // start -> bytes
  DenseMap finalizer_;  // object -> function
  DenseMap queued_;     // object -> function
};

}  // namespace checkers
