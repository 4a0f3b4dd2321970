// mark.no_lost_object: no object that the program can still reach is freed by the sweep.
//
// Garbage never becomes reachable again but through a finalizer that runs, so it is enough to look
// when the object is freed.
#include <memory>

#include "checkers/shadow_graph.h"
#include "runtime_core/probe.h"

namespace checkers {
namespace {

class MarkNoLostObject final : public sim::EventObserver {
 public:
  void attach(sim::Space& space) override { graph_.attach(space); }

  std::optional<sim::Finding> on_event(const sim::ObservedEvent& e) override {
    if (e.kind == static_cast<std::uint32_t>(runtime_core::Event::free_object) &&
        graph_.is_reachable(e.a)) {
      return sim::Finding{"mark.no_lost_object", "an object was swept that is reachable"};
    }
    return graph_.observe(e);
  }

 private:
  ShadowGraph graph_;
};

}  // namespace

std::unique_ptr<sim::EventObserver> make_mark_no_lost_object() {
  return std::make_unique<MarkNoLostObject>();
}

}  // namespace checkers
