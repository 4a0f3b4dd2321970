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

struct ShadowSpan {
  std::uint64_t span, start, bytes;
};

class ShadowHeap {
 public:
  void attach(sim::Space& space);
  void observe(const sim::ObservedEvent& event);

  // What the newest event contradicts; null: nothing.
  const char* contradiction() const { return contradiction_; }
  bool is_full() const { return full_; }
  // What the block of the newest free_object was before.
  BlockState freed_state() const { return freed_state_; }

  // Free, or never seen.
  bool is_owned(std::uint64_t block) const { return state_.find(block).value_or(0) != 0; }
  // The block that holds an address, if its span is in use and ever handed a block out.
  std::optional<ShadowBlock> block_of(std::uint64_t address) const;
  // The one behind it. REQUIRES: it is of the same span.
  ShadowBlock next_block(const ShadowBlock& block) const {
    const std::uint64_t base = block.base + block.bytes;
    return {base, block.bytes, static_cast<BlockState>(state_.find(base).value_or(0))};
  }
  // Blocks of the span that have an owner.
  std::uint64_t owned_in(std::uint64_t span) const { return owned_.find(span).value_or(0); }
  // Spans in use, i < span_count(); the order changes only when a span comes or goes.
  std::uint64_t span_count() const { return start_.size(); }
  ShadowSpan span(std::uint64_t i) const {
    return {start_[i].key, start_[i].value, bytes_.find(start_[i].key).value_or(0)};
  }

 private:
  void take_slot(const sim::ObservedEvent& event);
  void take_large(const sim::ObservedEvent& event);
  void release(const sim::ObservedEvent& event);
  void span_used(const sim::ObservedEvent& event);
  void span_freed(const sim::ObservedEvent& event);
  void need(bool fits) { full_ = full_ || !fits; }

  sim::JournalMap state_;     // block -> BlockState
  sim::JournalMap owned_;     // span -> blocks with an owner
  sim::JournalMap span_at_;   // page address -> span, 0 when not in use
  sim::JournalMap bytes_;     // span -> bytes
  sim::JournalMap elemsize_;  // span -> bytes of its blocks
  DenseMap start_;            // span in use -> start address
  const char* contradiction_ = nullptr;
  BlockState freed_state_ = BlockState::free;
  bool full_ = false;
};

}  // namespace checkers
