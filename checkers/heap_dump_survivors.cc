// Compares marks and sweeps with the reachability of the dump.
#include "checkers/heap_dump_survivors.h"

#include "runtime_core/probe.h"

namespace checkers {
namespace {

using runtime_core::Event;

bool is_marked(std::uint64_t arena_start, std::uint64_t address) {
  const std::uint64_t word = (address - arena_start) / runtime_core::ptr_size;
  const auto byte = *reinterpret_cast<const std::uint8_t*>(
      arena_start - word / runtime_core::words_per_bitmap_byte - 1);
  const auto shift = word % runtime_core::words_per_bitmap_byte * runtime_core::gc_bits;
  return (byte >> shift & runtime_core::bit_marked) != 0;
}

}  // namespace

void HeapDumpSurvivors::reset() {
  index_.clear();
  swept_.assign(input_.objects, false);
  figures_ = {};
}

std::optional<sim::Finding> HeapDumpSurvivors::compare_marks() {
  const auto& view = *static_cast<const scenarios::HeapDumpView*>(env_.state);
  for (std::uint64_t i = 0; i < input_.objects; i++) {
    const std::uint64_t address = view.address[i];
    index_[address] = i;
    const bool marked = is_marked(view.arena_start, address);
    if (marked != reachable_[i]) {
      return sim::Finding{"mark.exact",
                          "object " + std::to_string(i) + " of " + std::to_string(input_.size[i]) +
                              " bytes is " +
                              (marked ? "marked but not reachable" : "reachable but not marked")};
    }
    if (!marked) continue;
    figures_.marked++;
    figures_.marked_bytes += input_.size[i];
  }
  return std::nullopt;
}

std::optional<sim::Finding> HeapDumpSurvivors::object_swept(std::uint64_t address) {
  const auto at = index_.find(address);
  if (at == index_.end()) return std::nullopt;  // allocated after the collection
  const std::size_t i = at->second;
  if (reachable_[i]) {
    return sim::Finding{"mark.no_lost_object",
                        "object " + std::to_string(i) + " is reachable in the dump and was swept"};
  }
  index_.erase(at);
  swept_[i] = true;
  figures_.swept++;
  figures_.swept_bytes += input_.size[i];
  return std::nullopt;
}

std::optional<sim::Finding> HeapDumpSurvivors::on_event(const sim::ObservedEvent& event) {
  switch (static_cast<Event>(event.kind)) {
    case Event::gc_mark_end:
      if (event.b == 0) return compare_marks();
      figures_.checkmark_passes++;
      return std::nullopt;
    case Event::free_object:
      return object_swept(event.a);
    case Event::finalizer_queued:
      if (!index_.empty()) figures_.finalizers_queued++;  // else queued in the dump
      return std::nullopt;
    case Event::grey_object:
      figures_.markers.insert(event.thread);
      return std::nullopt;
    case Event::workbuf_handoff:
      figures_.handed_off.insert(event.thread);
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

}  // namespace checkers
