// heap.no_use_after_free: between its sweep and its next allocation nobody touches a block.
//
// Seen are the touches that are announced: pointer stores, finalizers, records, and what the
// program says that it uses. A scan is no such touch: a stale word among conservative roots leads
// the marker to free blocks, whose types are dead.
#include <memory>

#include "checkers/shadow.h"

namespace checkers {
namespace {

using runtime_core::Event;
using Verdict = std::optional<sim::Finding>;

class HeapNoUseAfterFree final : public sim::EventObserver {
 public:
  explicit HeapNoUseAfterFree(const Shadow& shadow) : heap_(shadow.heap) {}

  std::uint64_t wanted() const override {
    using enum Event;
    return sim::kinds(slot_store, finalizer_set, finalizer_queued, finalizer_run, special_add,
                      Event::touch);
  }
  Verdict on_event(const sim::ObservedEvent& e) override {
    switch (static_cast<Event>(e.kind)) {
      case Event::slot_store: {
        Verdict verdict = touch(e.a, "a pointer is stored into a freed block");
        return verdict ? verdict : touch(e.c, "a pointer to a freed block is stored");
      }
      case Event::finalizer_set:
        return touch(e.a, "a finalizer is set for a freed block");
      case Event::finalizer_queued:
        return touch(e.a, "a finalizer is queued for a freed block");
      case Event::finalizer_run:
        return touch(e.a, "a finalizer runs on a freed block");
      case Event::special_add:
        return touch(e.a, "a record is added to a freed block");
      case Event::touch:
        return touch(e.a, "the program uses a freed block");
      default:
        return std::nullopt;
    }
  }

 private:
  Verdict touch(std::uint64_t address, const char* message) const {
    const auto block = heap_.block_of(address);
    if (!block || block->state != BlockState::free) return std::nullopt;
    return sim::Finding{"heap.no_use_after_free", message};
  }

  const ShadowHeap& heap_;
};

}  // namespace

std::unique_ptr<sim::EventObserver> make_heap_no_use_after_free(const Shadow& shadow) {
  return std::make_unique<HeapNoUseAfterFree>(shadow);
}

}  // namespace checkers
