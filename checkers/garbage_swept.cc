// heap.garbage_swept: what has become unreachable is swept by the second collection after.
//
// The first may find it marked, if it died while that one marked; the second may not. Its sweep is
// over when the marking of the third ends. An object with a finalizer is reachable again once that
// is queued.
#include <memory>
#include <string>

#include "checkers/shadow.h"

namespace checkers {
namespace {

using runtime_core::Event;

class GarbageSwept final : public sim::EventObserver {
 public:
  explicit GarbageSwept(const Shadow& shadow) : shadow_(shadow) {}

  std::uint64_t wanted() const override { return sim::kinds(Event::gc_mark_end); }
  std::optional<sim::Finding> on_event(const sim::ObservedEvent& e) override {
    if (e.b != 0) return std::nullopt;  // the checkmark pass sweeps nothing
    const ShadowGraph& graph = shadow_.graph;
    for (std::uint64_t i = 0; i < graph.object_count(); i++) {
      const std::uint64_t object = graph.object(i);
      if (graph.collections_without(object) < collections_max) continue;
      return sim::Finding{"heap.garbage_swept",
                          "the object at arena offset " +
                              std::to_string(object - shadow_.arena_start()) +
                              " has been unreachable for two collections, and is still there"};
    }
    return std::nullopt;
  }

 private:
  // Whose marking has ended, the present one among them.
  static constexpr std::uint64_t collections_max = 3;
  const Shadow& shadow_;
};

}  // namespace

std::unique_ptr<sim::EventObserver> make_garbage_swept(const Shadow& shadow) {
  return std::make_unique<GarbageSwept>(shadow);
}

}  // namespace checkers
