// bitmap.consistent: every block of a span in use has its boundary bit, a free block is dead, and
// an owned block of one word, which shares its byte with a neighbour, is a pointer.
#include <memory>
#include <string>

#include "checkers/dense_map.h"
#include "checkers/heap_bitmap.h"
#include "checkers/shadow_heap.h"
#include "runtime_core/probe.h"
#include "sim/event_observer.h"

namespace checkers {
namespace {

using runtime_core::bits_dead;
using runtime_core::bits_pointer;
using runtime_core::Event;
using runtime_core::page_size;
using runtime_core::ptr_size;
using Verdict = std::optional<sim::Finding>;

// Looks only where nobody writes type bits: with the world stopped, and at the span that its
// sweeper still holds in hand. A block counts as typed from its alloc event on, which comes after
// its bits, and as free until its alloc_slot event, which comes before them.
class BitmapConsistent final : public sim::EventObserver {
 public:
  void attach(sim::Space& space) override {
    heap_.attach(space);
    start_.attach(space, 1 << 16);
    bytes_.attach(space, 1 << 16);
    typed_.attach(space, 1 << 21);
    space_ = &space;
    arena_start_ = static_cast<std::uint64_t*>(space.allocate_tool(64));
  }

  Verdict on_event(const sim::ObservedEvent& e) override {
    heap_.observe(e);  // its contradictions are another checker's finding
    switch (static_cast<Event>(e.kind)) {
      case Event::heap_grow:
        // The arena grows upwards from its start.
        if (*arena_start_ == 0) space_->mut(*arena_start_) = e.a;
        return std::nullopt;
      case Event::span_alloc:
        return fits(start_.put(e.a, e.b) && bytes_.put(e.a, e.c * page_size));
      case Event::free_span:
        start_.erase(e.a);
        return std::nullopt;
      case Event::alloc:
        return fits(e.c != ptr_size || typed_.put(e.a, 1));
      case Event::free_object:
        typed_.erase(e.a);
        return std::nullopt;
      case Event::span_sweep_end:
        if (e.c != 0 || start_.find(e.a) == nullptr) return std::nullopt;
        return check_span(start_.get(e.a, 0), bytes_.get(e.a, 0), true);
      case Event::gc_mark_end:
        return e.b == 0 ? check_all() : std::nullopt;
      case Event::sweepgen_bump:
        return check_all();
      default:
        return std::nullopt;
    }
  }

  Verdict on_end() override { return check_all(); }

 private:
  static Verdict fits(bool ok) {
    if (!ok) return sim::Finding{"tool.limit", "the bitmap checker is full"};
    return std::nullopt;
  }

  Verdict check_all() const {
    for (std::uint64_t i = 0; i < start_.size(); i++) {
      if (auto f = check_span(start_[i].value, bytes_.get(start_[i].key, 0), false)) return f;
    }
    return std::nullopt;
  }

  // Stops where nothing was ever handed out: such a span has no known block size.
  Verdict check_span(std::uint64_t start, std::uint64_t bytes, bool swept) const {
    for (std::uint64_t at = start; at < start + bytes;) {
      const auto block = heap_.block_of(at);
      if (!block || at + block->bytes > start + bytes) return std::nullopt;
      if (const char* wrong = problem(*block, swept)) {
        return sim::Finding{"bitmap.consistent", "block of " + std::to_string(block->bytes) +
                                                     " bytes at arena offset " +
                                                     std::to_string(at - *arena_start_) + wrong};
      }
      at += block->bytes;
    }
    return std::nullopt;
  }

  const char* problem(const ShadowBlock& block, bool swept) const {
    const Nibble bits = nibble_of(*arena_start_, block.base);
    if (!bits.boundary) return " has no boundary bit";
    if (block.state == BlockState::free) {
      if (bits.type != bits_dead) return " is free, and its type is not dead";
      if (swept && bits.marked) return " is free and swept, and its mark bit is set";
      return nullptr;
    }
    const bool one_word = block.bytes == ptr_size && typed_.find(block.base) != nullptr;
    if (one_word && bits.type != bits_pointer) return " lost its pointer type";
    return nullptr;
  }

  ShadowHeap heap_;
  DenseMap start_;  // span in use -> address
  DenseMap bytes_;  // span -> bytes
  DenseMap typed_;  // owned block of one word -> 1
  sim::Space* space_ = nullptr;
  std::uint64_t* arena_start_ = nullptr;
};

}  // namespace

std::unique_ptr<sim::EventObserver> make_bitmap_consistent() {
  return std::make_unique<BitmapConsistent>();
}

}  // namespace checkers
