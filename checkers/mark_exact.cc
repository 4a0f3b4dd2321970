// mark.exact, mark.tricolour, mark.no_lost_object: at the end of marking exactly the reachable
// objects are marked, no marked one refers to an unmarked one, and the sweep frees no other.
//
// Independent of the collector: edges come from slot_store, roots from root_add and the finalizer
// events, blocks from the allocator's events, marks from the bitmap by its layout.
#include <memory>
#include <string>
#include <vector>

#include "checkers/dense_map.h"
#include "checkers/heap_bitmap.h"
#include "checkers/shadow_heap.h"
#include "runtime_core/probe.h"
#include "sim/event_observer.h"

namespace checkers {
namespace {

using runtime_core::Event;
using runtime_core::ptr_size;
using runtime_core::tiny_size;
using Verdict = std::optional<sim::Finding>;

sim::Finding full() { return {"tool.limit", "the shadow of the object graph is full"}; }
std::string name(std::uint64_t address, std::uint64_t arena_start) {
  return "object at arena offset " + std::to_string(address - arena_start);
}

class MarkExact final : public sim::EventObserver {
 public:
  void attach(sim::Space& space) override {
    heap_.attach(space);
    objects_.attach(space, 1 << 21);
    slots_.attach(space, 1 << 22);
    roots_.attach(space, 1 << 10);
    finalizers_.attach(space, 1 << 16);
    queued_.attach(space, 1 << 16);
    reached_.attach(space, 1 << 21);
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
      case Event::alloc:
        return put(objects_, e.c == tiny_size ? e.a / tiny_size * tiny_size : e.a, e.c);
      case Event::free_object:
        return freed(e.a, e.b);
      case Event::slot_store:
        if (e.c != 0) return put(slots_, e.a, e.c);
        slots_.erase(e.a);
        return std::nullopt;
      case Event::root_add:
        if (e.b != 0) return put(roots_, e.a, e.b);
        roots_.erase(e.a);
        return std::nullopt;
      case Event::finalizer_set:
        return put(finalizers_, e.a, e.b);
      case Event::finalizer_removed:
        finalizers_.erase(e.a);
        return std::nullopt;
      case Event::finalizer_queued:
        finalizers_.erase(e.a);
        return put(queued_, e.a, e.b);
      case Event::finalizer_run:
        queued_.erase(e.a);
        return std::nullopt;
      case Event::gc_mark_end:
        return e.b == 0 ? mark_ended() : std::nullopt;
      default:
        return std::nullopt;
    }
  }

 private:
  static Verdict put(DenseMap& map, std::uint64_t key, std::uint64_t value) {
    if (!map.put(key, value)) return full();
    return std::nullopt;
  }

  Verdict freed(std::uint64_t block, std::uint64_t bytes) {
    if (reached_.find(block) != nullptr) {
      return sim::Finding{"mark.no_lost_object",
                          name(block, *arena_start_) + " was reachable and is swept"};
    }
    objects_.erase(block);
    for (std::uint64_t at = block; at < block + bytes; at += ptr_size) slots_.erase(at);
    return std::nullopt;
  }

  // The live object that an address points into, or 0.
  std::uint64_t object_at(std::uint64_t address) const {
    if (address < *arena_start_) return 0;
    const auto block = heap_.block_of(address);
    return block && objects_.find(block->base) != nullptr ? block->base : 0;
  }

  Verdict reach(std::uint64_t address, std::vector<std::uint64_t>& grey) {
    const std::uint64_t object = object_at(address);
    if (object == 0 || reached_.find(object) != nullptr) return std::nullopt;
    grey.push_back(object);
    return put(reached_, object, 1);
  }

  Verdict reach_slots(std::uint64_t object, std::vector<std::uint64_t>& grey) {
    const std::uint64_t end = object + objects_.get(object, 0);
    for (std::uint64_t at = object; at < end; at += ptr_size) {
      const std::uint64_t* value = slots_.find(at);
      if (value == nullptr) continue;
      if (auto limit = reach(*value, grey)) return limit;
    }
    return std::nullopt;
  }

  Verdict reach_roots(std::vector<std::uint64_t>& grey) {
    for (std::uint64_t i = 0; i < roots_.size(); i++) {
      const auto [start, bytes] = roots_[i];
      for (std::uint64_t at = start; at < start + bytes; at += ptr_size) {
        const std::uint64_t* value = slots_.find(at);
        if (value == nullptr) continue;
        if (auto limit = reach(*value, grey)) return limit;
      }
    }
    // What an object with a finalizer refers to must live, the object itself need not.
    for (std::uint64_t i = 0; i < finalizers_.size(); i++) {
      const std::uint64_t object = object_at(finalizers_[i].key);
      if (object == 0) continue;
      if (auto limit = reach(finalizers_[i].value, grey)) return limit;
      if (auto limit = reach_slots(object, grey)) return limit;
    }
    for (std::uint64_t i = 0; i < queued_.size(); i++) {
      if (auto limit = reach(queued_[i].key, grey)) return limit;
      if (auto limit = reach(queued_[i].value, grey)) return limit;
    }
    return std::nullopt;
  }

  Verdict mark_ended() {
    while (reached_.size() != 0) reached_.erase(reached_[reached_.size() - 1].key);
    std::vector<std::uint64_t> grey;
    if (auto limit = reach_roots(grey)) return limit;
    for (std::size_t i = 0; i < grey.size(); i++) {
      if (auto limit = reach_slots(grey[i], grey)) return limit;
    }
    for (std::uint64_t i = 0; i < objects_.size(); i++) {
      if (auto finding = compare(objects_[i].key)) return finding;
    }
    return std::nullopt;
  }

  bool is_marked(std::uint64_t object) const { return nibble_of(*arena_start_, object).marked; }

  Verdict compare(std::uint64_t object) const {
    const bool reachable = reached_.find(object) != nullptr;
    const bool marked = is_marked(object);
    if (marked) {
      const std::uint64_t end = object + objects_.get(object, 0);
      for (std::uint64_t at = object; at < end; at += ptr_size) {
        const std::uint64_t target = object_at(slots_.get(at, 0));
        if (target != 0 && !is_marked(target)) {
          return sim::Finding{"mark.tricolour", "marked " + name(object, *arena_start_) +
                                                    " refers to unmarked " +
                                                    name(target, *arena_start_)};
        }
      }
    }
    if (marked == reachable) return std::nullopt;
    return sim::Finding{"mark.exact",
                        name(object, *arena_start_) + (marked ? " is marked but not reachable"
                                                              : " is reachable but not marked")};
  }

  ShadowHeap heap_;
  DenseMap objects_;     // block -> bytes
  DenseMap slots_;       // slot -> pointer, where not null
  DenseMap roots_;       // start -> bytes
  DenseMap finalizers_;  // object -> function
  DenseMap queued_;      // object whose finalizer is to run -> function
  DenseMap reached_;     // reachable when marking ended last
  sim::Space* space_ = nullptr;
  std::uint64_t* arena_start_ = nullptr;
};

}  // namespace

std::unique_ptr<sim::EventObserver> make_mark_exact() { return std::make_unique<MarkExact>(); }

}  // namespace checkers
