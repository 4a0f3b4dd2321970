// mark.exact and mark.tricolour: when marking has ended exactly the reachable objects are marked,
// and no marked one refers to an unmarked one. What died while a heap was marked concurrently may
// be marked too.
//
// Independent of the collector: the graph comes from the program's stores, marks from the bitmap
// by its layout.
#include <memory>
#include <string>

#include "checkers/heap_bitmap.h"
#include "checkers/shadow.h"

namespace checkers {
namespace {

using runtime_core::Event;
using Verdict = std::optional<sim::Finding>;

class MarkExact final : public sim::EventObserver {
 public:
  explicit MarkExact(const Shadow& shadow) : shadow_(shadow) {}

  std::uint64_t wanted() const override { return sim::kinds(Event::gc_mark_end); }
  Verdict on_event(const sim::ObservedEvent& e) override {
    if (e.b != 0) return std::nullopt;  // the checkmark pass marks nothing
    const ShadowGraph& graph = shadow_.graph;
    for (std::uint64_t i = 0; i < graph.object_count(); i++) {
      if (auto finding = compare(graph.object(i))) return finding;
    }
    return std::nullopt;
  }

 private:
  std::string name(std::uint64_t address) const {
    return "object at arena offset " + std::to_string(address - shadow_.arena_start());
  }
  bool is_marked(std::uint64_t object) const {
    return nibble_of(shadow_.arena_start(), object).marked;
  }

  Verdict compare(std::uint64_t object) const {
    const bool reachable = shadow_.graph.is_kept(object);
    const bool marked = is_marked(object);
    if (marked) {
      std::uint64_t white = 0;
      shadow_.graph.for_each_target(object, [&](std::uint64_t target) {
        if (!is_marked(target)) white = target;
        return white == 0;
      });
      if (white != 0) {
        return sim::Finding{"mark.tricolour",
                            "marked " + name(object) + " refers to unmarked " + name(white)};
      }
    }
    if (marked == reachable) return std::nullopt;
    if (marked && shadow_.graph.may_float(object)) return std::nullopt;
    return sim::Finding{"mark.exact", name(object) + (marked ? " is marked but not reachable"
                                                             : " is reachable but not marked")};
  }

  const Shadow& shadow_;
};

}  // namespace

std::unique_ptr<sim::EventObserver> make_mark_exact(const Shadow& shadow) {
  return std::make_unique<MarkExact>(shadow);
}

}  // namespace checkers
