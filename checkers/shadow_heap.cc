// The shadow of blocks and spans, and the contradictions it notices.
#include "checkers/shadow_heap.h"

#include "runtime_core/probe.h"

namespace checkers {
namespace {

using runtime_core::Event;
using runtime_core::max_small_size;
using runtime_core::page_size;

std::uint64_t number(BlockState state) { return static_cast<std::uint64_t>(state); }
std::uint64_t page_of(std::uint64_t address) { return address / page_size * page_size; }

}  // namespace

void ShadowHeap::attach(sim::Space& space) {
  state_.attach(space, 1 << 21);
  span_at_.attach(space, 1 << 18);
  for (sim::JournalMap* map : {&owned_, &bytes_, &elemsize_}) map->attach(space, 1 << 16);
  start_.attach(space, 1 << 16);
}

std::optional<ShadowBlock> ShadowHeap::block_of(std::uint64_t address) const {
  const std::uint64_t span = span_at_.find(page_of(address)).value_or(0);
  if (span == 0) return std::nullopt;
  const std::uint64_t bytes = elemsize_.find(span).value_or(0);
  if (bytes == 0) return std::nullopt;
  const std::uint64_t start = start_.get(span, 0);
  const std::uint64_t base = start + (address - start) / bytes * bytes;
  return ShadowBlock{base, bytes, static_cast<BlockState>(state_.find(base).value_or(0))};
}

void ShadowHeap::observe(const sim::ObservedEvent& e) {
  contradiction_ = nullptr;
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
      return;
  }
}

void ShadowHeap::take_slot(const sim::ObservedEvent& e) {
  if (is_owned(e.a)) contradiction_ = "a block was handed out that has an owner";
  need(state_.put(e.a, number(BlockState::small)));
  need(elemsize_.put(e.c, e.b));
  need(owned_.put(e.c, owned_in(e.c) + 1));
}

// A small block was seen as alloc_slot just before. What is left are whole spans: large objects,
// and every object under efence.
void ShadowHeap::take_large(const sim::ObservedEvent& e) {
  const std::uint64_t state = state_.find(e.a).value_or(0);
  if (state == number(BlockState::large) || (state != 0 && e.c > max_small_size)) {
    contradiction_ = "a large block was handed out that has an owner";
    return;
  }
  if (state != 0 || e.a % page_size != 0) return;
  const std::uint64_t span = span_at_.find(e.a).value_or(0);
  if (span == 0) {
    contradiction_ = "a large block was handed out whose span is not in use";
    return;
  }
  need(state_.put(e.a, number(BlockState::large)));
  need(elemsize_.put(span, e.c));
  need(owned_.put(span, owned_in(span) + 1));
}

void ShadowHeap::release(const sim::ObservedEvent& e) {
  freed_state_ = static_cast<BlockState>(state_.find(e.a).value_or(0));
  if (freed_state_ == BlockState::free) {
    contradiction_ = "a block was freed that has no owner";
    return;
  }
  need(state_.put(e.a, number(BlockState::free)));
  need(owned_.put(e.c, owned_in(e.c) - 1));
}

void ShadowHeap::span_used(const sim::ObservedEvent& e) {
  for (std::uint64_t page = 0; page < e.c; page++) {
    const std::uint64_t at = e.b + page * page_size;
    if (span_at_.find(at).value_or(0) != 0) contradiction_ = "two spans in use share a page";
    need(span_at_.put(at, e.a));
  }
  need(start_.put(e.a, e.b));
  need(bytes_.put(e.a, e.c * page_size));
  need(owned_.put(e.a, 0));
  need(elemsize_.put(e.a, 0));
}

// Growth and trimming free spans that never were in use: their pages are nobody's.
void ShadowHeap::span_freed(const sim::ObservedEvent& e) {
  if (span_at_.find(e.b).value_or(0) != e.a) return;
  if (owned_in(e.a) != 0) contradiction_ = "a span was given back that holds an owned block";
  for (std::uint64_t page = 0; page < e.c; page++) span_at_.put(e.b + page * page_size, 0);
  start_.erase(e.a);
}

}  // namespace checkers
