// mark.no_black_to_white: when the concurrent marking has ended, no black object of the heap refers
// to a white one.
//
// Black is what is marked and not waiting for its scan. Stacks and globals count as grey, with the
// records that hold for goroutines what they wait for or have deferred: they are scanned once more
// before the sweep. The world is stopped, so nothing is in a register or in a
// store buffer.
#include <memory>
#include <string>

#include "checkers/dense_map.h"
#include "checkers/heap_bitmap.h"
#include "checkers/shadow.h"
#include "runtime_core/gc/work.h"

namespace checkers {
namespace {

using runtime_core::Event;
using runtime_core::GcPhase;
using Verdict = std::optional<sim::Finding>;

class MarkNoBlackToWhite final : public sim::EventObserver {
 public:
  explicit MarkNoBlackToWhite(const Shadow& shadow) : shadow_(shadow) {}

  std::uint64_t wanted() const override {
    return sim::kinds(Event::grey_object, Event::scan_object, Event::gc_phase);
  }
  void attach(sim::Space& space) override { grey_.attach(space, 1 << 22); }

  Verdict on_event(const sim::ObservedEvent& e) override {
    switch (static_cast<Event>(e.kind)) {
      case Event::grey_object:
        if (e.b == 0 || grey_.put(e.a, 1)) return std::nullopt;
        return sim::Finding{"tool.limit", "the checker of colours is full"};
      case Event::scan_object:
        grey_.erase(e.a);
        return std::nullopt;
      default:
        return e.a == static_cast<std::uint64_t>(GcPhase::off) ? check() : std::nullopt;
    }
  }

 private:
  bool is_marked(std::uint64_t object) const {
    return nibble_of(shadow_.arena_start(), object).marked;
  }
  std::string name(std::uint64_t object) const {
    return "object at arena offset " + std::to_string(object - shadow_.arena_start());
  }

  Verdict check() const {
    const ShadowGraph& graph = shadow_.graph;
    for (std::uint64_t i = 0; i < graph.object_count(); i++) {
      const std::uint64_t object = graph.object(i);
      if (!is_marked(object) || grey_.find(object) != nullptr) continue;
      if (graph.is_record(object)) continue;
      std::uint64_t white = 0;
      graph.for_each_target(object, [&](std::uint64_t target) {
        if (!is_marked(target)) white = target;
        return white == 0;
      });
      if (white == 0) continue;
      return sim::Finding{"mark.no_black_to_white",
                          "black " + name(object) + " refers to white " + name(white)};
    }
    return std::nullopt;
  }

  const Shadow& shadow_;
  DenseMap grey_;  // objects that were queued and not scanned since
};

}  // namespace

std::unique_ptr<sim::EventObserver> make_mark_no_black_to_white(const Shadow& shadow) {
  return std::make_unique<MarkNoBlackToWhite>(shadow);
}

}  // namespace checkers
