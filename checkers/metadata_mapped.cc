// heap.metadata_mapped: what lies below arena_used has its part of the bitmap and of the span
// table.
//
// A marker compares an address with arena_used and then looks at its metadata, which is a fault
// where they are only reserved. Seldom does it have such an address; so arena_used is looked at
// whenever a marker is about to go on with an object.
#include <memory>
#include <string>

#include "checkers/shadow.h"

namespace checkers {
namespace {

using runtime_core::Event;

class MetadataMapped final : public sim::EventObserver {
 public:
  explicit MetadataMapped(const Shadow& shadow) : shadow_(shadow) {}

  std::uint64_t wanted() const override {
    return sim::kinds(Event::grey_object, Event::scan_object);
  }
  std::optional<sim::Finding> on_event(const sim::ObservedEvent&) override {
    using namespace runtime_core;
    const MHeap& h = shadow_.runtime->heap;
    const u64 used = h.arena_used.load(std::memory_order_relaxed) - h.arena_start;
    const char* missing = nullptr;
    if (used / page_size * ptr_size > h.spans_mapped) missing = "the span table";
    if (used / ptr_size / words_per_bitmap_byte > h.bitmap_mapped) missing = "the bitmap";
    if (missing == nullptr) return std::nullopt;
    return sim::Finding{"heap.metadata_mapped", std::to_string(used) +
                                                    " bytes of the arena are in use, and " +
                                                    missing + " is mapped for less"};
  }

 private:
  const Shadow& shadow_;
};

}  // namespace

std::unique_ptr<sim::EventObserver> make_metadata_mapped(const Shadow& shadow) {
  return std::make_unique<MetadataMapped>(shadow);
}

}  // namespace checkers
