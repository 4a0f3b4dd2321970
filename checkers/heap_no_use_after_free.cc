// heap.no_use_after_free: between its sweep and its next allocation nobody touches a block.
//
// Seen are the touches that are announced: pointer stores, scans, finalizers, records, and
// Event::user with scenarios::user_touch.
#include <memory>

#include "checkers/shadow_heap.h"
#include "runtime_core/probe.h"
#include "scenarios/touch.h"

namespace checkers {
namespace {

using runtime_core::Event;
using Verdict = std::optional<sim::Finding>;

class HeapNoUseAfterFree final : public sim::EventObserver {
 public:
  void attach(sim::Space& space) override { heap_.attach(space); }

  Verdict on_event(const sim::ObservedEvent& e) override {
    Verdict verdict = check(e);
    heap_.observe(e);  // what it finds is another checker's business
    return verdict;
  }

 private:
  Verdict check(const sim::ObservedEvent& e) const {
    switch (static_cast<Event>(e.kind)) {
      case Event::slot_store: {
        Verdict verdict = touch(e.a, "a pointer is stored into a freed block");
        return verdict ? verdict : touch(e.c, "a pointer to a freed block is stored");
      }
      case Event::scan_object:
        return touch(e.a, "a freed block is scanned");
      case Event::finalizer_set:
        return touch(e.a, "a finalizer is set for a freed block");
      case Event::finalizer_queued:
        return touch(e.a, "a finalizer is queued for a freed block");
      case Event::finalizer_run:
        return touch(e.a, "a finalizer runs on a freed block");
      case Event::special_add:
        return touch(e.a, "a record is added to a freed block");
      case Event::user:
        if (e.a == scenarios::user_touch) return touch(e.b, "the program uses a freed block");
        return std::nullopt;
      default:
        return std::nullopt;
    }
  }

  Verdict touch(std::uint64_t address, const char* message) const {
    const auto block = heap_.block_of(address);
    if (!block || block->state != BlockState::free) return std::nullopt;
    return sim::Finding{"heap.no_use_after_free", message};
  }

  ShadowHeap heap_;
};

}  // namespace

std::unique_ptr<sim::EventObserver> make_heap_no_use_after_free() {
  return std::make_unique<HeapNoUseAfterFree>();
}

}  // namespace checkers
