// checkmark.agrees: when the check pass has ended, what it marked had been marked before, and it
// reached everything that is reachable.
//
// Independent of the pass: reachability comes from the program's stores, both marks are read from
// the bitmap by its layout. The world is stopped, so nothing moves between the two markings.
#include <memory>
#include <string>

#include "checkers/heap_bitmap.h"
#include "checkers/shadow.h"

namespace checkers {
namespace {

using runtime_core::bits_pointer_marked;
using runtime_core::bits_scalar_marked;
using runtime_core::Event;
using Verdict = std::optional<sim::Finding>;

// While the pass runs, the type of an object's first word is its second mark.
bool is_check_marked(const Nibble& bits) {
  return bits.type == bits_scalar_marked || bits.type == bits_pointer_marked;
}

class CheckmarkAgrees final : public sim::EventObserver {
 public:
  explicit CheckmarkAgrees(const Shadow& shadow) : shadow_(shadow) {}

  std::uint64_t wanted() const override { return sim::kinds(Event::gc_mark_end); }
  Verdict on_event(const sim::ObservedEvent& e) override {
    if (e.b == 0) return std::nullopt;  // the marking that is to be checked
    const ShadowGraph& graph = shadow_.graph;
    for (std::uint64_t i = 0; i < graph.object_count(); i++) {
      if (const char* wrong = problem(graph.object(i))) {
        return sim::Finding{"checkmark.agrees",
                            "object at arena offset " +
                                std::to_string(graph.object(i) - shadow_.arena_start()) + wrong};
      }
    }
    return std::nullopt;
  }

 private:
  const char* problem(std::uint64_t object) const {
    const Nibble bits = nibble_of(shadow_.arena_start(), object);
    const bool again = is_check_marked(bits);
    if (again && !bits.marked) return " was reached by the second marking, not by the first";
    if (!again && shadow_.graph.is_kept(object)) return " was not reached by the second marking";
    return nullptr;
  }

  const Shadow& shadow_;
};

}  // namespace

std::unique_ptr<sim::EventObserver> make_checkmark_agrees(const Shadow& shadow) {
  return std::make_unique<CheckmarkAgrees>(shadow);
}

}  // namespace checkers
