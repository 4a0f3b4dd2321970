// The shadow graph: kept from events, searched when a checker asks.
#include "checkers/shadow_graph.h"

#include <algorithm>

#include "runtime_core/probe.h"

namespace checkers {
namespace {

using runtime_core::Event;

constexpr std::uint64_t entries_max = 1 << 14;

}  // namespace

void ShadowGraph::attach(sim::Space& space) {
  heap_.attach(space);
  for (DenseMap* map : {&slots_, &roots_, &finalizer_, &queued_}) map->attach(space, entries_max);
}

std::optional<sim::Finding> ShadowGraph::observe(const sim::ObservedEvent& e) {
  bool fits = true;
  switch (static_cast<Event>(e.kind)) {
    case Event::alloc_slot:
      forget_slots(e.a, e.b);
      break;
    case Event::free_object:
      forget_slots(e.a, e.b);
      finalizer_.erase(e.a);
      break;
    case Event::slot_store:
      if (e.c == 0) {
        slots_.erase(e.a);
      } else {
        fits = slots_.put(e.a, e.c);
      }
      break;
    case Event::root_add:
      fits = roots_.put(e.a, e.b);
      break;
    case Event::finalizer_set:
      fits = finalizer_.put(e.a, e.b);
      break;
    case Event::finalizer_removed:
      finalizer_.erase(e.a);
      break;
    case Event::finalizer_queued:
      finalizer_.erase(e.a);
      fits = queued_.put(e.a, e.b);
      break;
    case Event::finalizer_run:
      queued_.erase(e.a);
      break;
    default:
      break;
  }
  heap_.observe(e);  // what it finds is another checker's business
  if (!fits) return sim::Finding{"tool.limit", "the shadow graph is full"};
  return std::nullopt;
}

void ShadowGraph::forget_slots(std::uint64_t block, std::uint64_t bytes) {
  for (std::uint64_t i = slots_.size(); i-- > 0;) {
    if (slots_[i].key - block < bytes) slots_.erase(slots_[i].key);
  }
}

void ShadowGraph::add(std::uint64_t address, std::vector<std::uint64_t>& blocks) const {
  const auto block = heap_.block_of(address);
  if (!block || std::find(blocks.begin(), blocks.end(), block->base) != blocks.end()) return;
  blocks.push_back(block->base);
}

void ShadowGraph::add_slots(std::uint64_t start, std::uint64_t bytes,
                            std::vector<std::uint64_t>& blocks) const {
  for (std::uint64_t i = 0; i < slots_.size(); i++) {
    if (slots_[i].key - start < bytes) add(slots_[i].value, blocks);
  }
}

void ShadowGraph::add_roots(std::vector<std::uint64_t>& blocks) const {
  if (slots_.size() == 0) return;
  for (std::uint64_t i = 0; i < roots_.size(); i++) {
    add_slots(roots_[i].key, roots_[i].value, blocks);
  }
}

bool ShadowGraph::reaches(std::vector<std::uint64_t>& blocks, std::uint64_t target) const {
  for (std::size_t next = 0; next < blocks.size(); next++) {
    const std::uint64_t block = blocks[next];
    if (block == target) return true;
    if (const auto shadow = heap_.block_of(block)) add_slots(shadow->base, shadow->bytes, blocks);
  }
  return false;
}

bool ShadowGraph::is_rooted(std::uint64_t block) const {
  std::vector<std::uint64_t> blocks;
  add_roots(blocks);
  return reaches(blocks, block);
}

bool ShadowGraph::is_reachable(std::uint64_t block) const {
  std::vector<std::uint64_t> blocks;
  add_roots(blocks);
  for (std::uint64_t i = 0; i < finalizer_.size(); i++) {
    add(finalizer_[i].value, blocks);
    if (const auto shadow = heap_.block_of(finalizer_[i].key)) {
      add_slots(shadow->base, shadow->bytes, blocks);
    }
  }
  for (std::uint64_t i = 0; i < queued_.size(); i++) {
    add(queued_[i].key, blocks);
    add(queued_[i].value, blocks);
  }
  return reaches(blocks, block);
}

}  // namespace checkers
