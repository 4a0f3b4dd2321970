// What the event stream says about blocks and spans: who is owned, who is free, which span is
// whose.
//
// Built from alloc, alloc_slot, free_object, span_alloc and free_span alone, so it shares no code
// with the allocator that it is compared with.
#pragma once

#include <cstdint>
#include <optional>

#include "checkers/dense_map.h"
#include "sim/event_observer.h"

namespace checkers {

enum class BlockState : std::uint64_t { free = 0, small = 1, large = 2 };

struct ShadowBlock {
  std::uint64_t base, bytes;
  BlockState state;
};

class ShadowHeap {
 public:
  void attach(sim::Space& space);
  // A finding names what the event contradicts.
  std::optional<sim::Finding> observe(const sim::ObservedEvent& event);

  // Free, or never seen.
  bool is_owned(std::uint64_t block) const;
  // The block that holds an address, if its span is in use and ever handed a block out.
  std::optional<ShadowBlock> block_of(std::uint64_t address) const;
  // Blocks of the span that have an owner.
  std::uint64_t owned_in(std::uint64_t span) const { return owned_.find(span).value_or(0); }

 private:
  std::optional<sim::Finding> take_slot(const sim::ObservedEvent& event);
  std::optional<sim::Finding> take_large(const sim::ObservedEvent& event);
  std::optional<sim::Finding> release(const sim::ObservedEvent& event);
  std::optional<sim::Finding> span_used(const sim::ObservedEvent& event);
  std::optional<sim::Finding> span_freed(const sim::ObservedEvent& event);

  sim::JournalMap state_;     // block -> BlockState
  sim::JournalMap owned_;     // span -> blocks with an owner
  sim::JournalMap span_at_;   // page -> span, 0 when not in use
  sim::JournalMap start_;     // span -> start address
  sim::JournalMap elemsize_;  // span -> bytes of its blocks
};

}  // namespace checkers
