// The shadow of blocks and spans, and the contradictions it notices.
#include "checkers/shadow_heap.h"

#include "runtime_core/probe.h"

namespace checkers {
namespace {

using runtime_core::Event;
using runtime_core::max_small_size;
using runtime_core::page_shift;
using runtime_core::page_size;
using Verdict = std::optional<sim::Finding>;

sim::Finding broken(const char* message) { return {"alloc.single_owner", message}; }
sim::Finding full() { return {"tool.limit", "the shadow heap is full"}; }
std::uint64_t number(BlockState state) { return static_cast<std::uint64_t>(state); }

}  // namespace

void ShadowHeap::attach(sim::Space& space) {
  state_.attach(space, 1 << 21);
  owned_.attach(space, 1 << 16);
  span_at_.attach(space, 1 << 18);
  start_.attach(space, 1 << 16);
  elemsize_.attach(space, 1 << 16);
}

bool ShadowHeap::is_owned(std::uint64_t block) const { return state_.find(block).value_or(0) != 0; }

std::optional<ShadowBlock> ShadowHeap::block_of(std::uint64_t address) const {
  const std::uint64_t span = span_at_.find(address >> page_shift).value_or(0);
  if (span == 0) return std::nullopt;
  const std::uint64_t bytes = elemsize_.find(span).value_or(0);
  if (bytes == 0) return std::nullopt;
  const std::uint64_t start = *start_.find(span);
  const std::uint64_t base = start + (address - start) / bytes * bytes;
  return ShadowBlock{base, bytes, static_cast<BlockState>(state_.find(base).value_or(0))};
}

Verdict ShadowHeap::observe(const sim::ObservedEvent& e) {
  switch (static_cast<Event>(e.kind)) {
    case Event::alloc_slot:
      return take_slot(e);
    case Event::alloc:
      return take_large(e);
    case Event::free_object:
      return release(e);
    case Event::span_alloc:
      return span_used(e);
    case Event::free_span:
      return span_freed(e);
    default:
      return std::nullopt;
  }
}

Verdict ShadowHeap::take_slot(const sim::ObservedEvent& e) {
  if (is_owned(e.a)) return broken("a block was handed out that has an owner");
  const bool fits = state_.put(e.a, number(BlockState::small)) && elemsize_.put(e.c, e.b) &&
                    owned_.put(e.c, owned_in(e.c) + 1);
  if (!fits) return full();
  return std::nullopt;
}

// A small block was seen as alloc_slot just before. What is left are whole spans: large objects,
// and every object under efence.
Verdict ShadowHeap::take_large(const sim::ObservedEvent& e) {
  const std::uint64_t state = state_.find(e.a).value_or(0);
  if (state == number(BlockState::large) || (state != 0 && e.c > max_small_size)) {
    return broken("a large block was handed out that has an owner");
  }
  if (state != 0 || e.a % page_size != 0) return std::nullopt;
  const std::uint64_t span = span_at_.find(e.a >> page_shift).value_or(0);
  if (span == 0) return broken("a large block was handed out whose span is not in use");
  const bool fits = state_.put(e.a, number(BlockState::large)) && elemsize_.put(span, e.c) &&
                    owned_.put(span, owned_in(span) + 1);
  if (!fits) return full();
  return std::nullopt;
}

Verdict ShadowHeap::release(const sim::ObservedEvent& e) {
  if (!is_owned(e.a)) return broken("a block was freed that has no owner");
  state_.put(e.a, number(BlockState::free));
  owned_.put(e.c, owned_in(e.c) - 1);
  return std::nullopt;
}

Verdict ShadowHeap::span_used(const sim::ObservedEvent& e) {
  for (std::uint64_t page = 0; page < e.c; page++) {
    const std::uint64_t at = (e.b >> page_shift) + page;
    if (span_at_.find(at).value_or(0) != 0) return broken("two spans in use share a page");
    if (!span_at_.put(at, e.a)) return full();
  }
  if (!start_.put(e.a, e.b) || !owned_.put(e.a, 0) || !elemsize_.put(e.a, 0)) return full();
  return std::nullopt;
}

// Growth and trimming free spans that never were in use: their pages are nobody's.
Verdict ShadowHeap::span_freed(const sim::ObservedEvent& e) {
  if (span_at_.find(e.b >> page_shift).value_or(0) != e.a) return std::nullopt;
  if (owned_in(e.a) != 0) return broken("a span was given back that holds an owned block");
  for (std::uint64_t page = 0; page < e.c; page++) span_at_.put((e.b >> page_shift) + page, 0);
  return std::nullopt;
}

}  // namespace checkers
