// bitmap.consistent: every block of a span in use has its boundary bit, a free block is dead, and
// an owned block of one word, which shares its byte with a neighbour, is a pointer.
#include <memory>
#include <string>

#include "checkers/heap_bitmap.h"
#include "checkers/shadow.h"

namespace checkers {
namespace {

using runtime_core::bits_dead;
using runtime_core::bits_pointer;
using runtime_core::Event;
using runtime_core::ptr_size;
using Verdict = std::optional<sim::Finding>;

// Looks only where nobody writes type bits: with the world stopped, and at the span that its
// sweeper still holds in hand. A block counts as typed from its alloc event on, which comes after
// its bits, and as free until its alloc_slot event, which comes before them.
class BitmapConsistent final : public sim::EventObserver {
 public:
  explicit BitmapConsistent(const Shadow& shadow) : shadow_(shadow) {}

  std::uint64_t wanted() const override {
    return sim::kinds(Event::span_sweep_end, Event::gc_mark_end, Event::sweepgen_bump) |
           sim::at_end;
  }
  Verdict on_event(const sim::ObservedEvent& e) override {
    if (static_cast<Event>(e.kind) == Event::span_sweep_end) {
      return e.c == 0 ? check_span(e.a) : std::nullopt;
    }
    return static_cast<Event>(e.kind) == Event::gc_mark_end && e.b != 0 ? std::nullopt
                                                                        : check_all();
  }

  Verdict on_end() override { return shadow_.runtime != nullptr ? check_all() : std::nullopt; }

 private:
  // The span that was swept; it may be gone again.
  Verdict check_span(std::uint64_t span) const {
    for (std::uint64_t i = 0; i < shadow_.heap.span_count(); i++) {
      if (shadow_.heap.span(i).span == span) return check(shadow_.heap.span(i), true);
    }
    return std::nullopt;
  }

  Verdict check_all() const {
    for (std::uint64_t i = 0; i < shadow_.heap.span_count(); i++) {
      if (auto finding = check(shadow_.heap.span(i), false)) return finding;
    }
    return std::nullopt;
  }

  // Stops where nothing was ever handed out: such a span has no known block size.
  Verdict check(const ShadowSpan& span, bool swept) const {
    const auto first = shadow_.heap.block_of(span.start);
    if (!first) return std::nullopt;
    const std::uint64_t end = span.start + span.bytes;
    for (ShadowBlock block = *first; block.base + block.bytes <= end;
         block = shadow_.heap.next_block(block)) {
      if (const char* wrong = problem(block, swept)) {
        return sim::Finding{"bitmap.consistent",
                            "block of " + std::to_string(block.bytes) + " bytes at arena offset " +
                                std::to_string(block.base - shadow_.arena_start()) + wrong};
      }
    }
    return std::nullopt;
  }

  const char* problem(const ShadowBlock& block, bool swept) const {
    const Nibble bits = nibble_of(shadow_.arena_start(), block.base);
    if (!bits.boundary) return " has no boundary bit";
    if (block.state == BlockState::free) {
      if (bits.type != bits_dead) return " is free, and its type is not dead";
      if (swept && bits.marked) return " is free and swept, and its mark bit is set";
      return nullptr;
    }
    const bool one_word = block.bytes == ptr_size && shadow_.graph.is_object(block.base);
    if (one_word && bits.type != bits_pointer) return " lost its pointer type";
    return nullptr;
  }

  const Shadow& shadow_;
};

}  // namespace

std::unique_ptr<sim::EventObserver> make_bitmap_consistent(const Shadow& shadow) {
  return std::make_unique<BitmapConsistent>(shadow);
}

}  // namespace checkers
