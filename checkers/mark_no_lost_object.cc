// mark.no_lost_object: the sweep frees nothing that was reachable when marking ended, nor anything
// that was allocated since.
//
// Garbage never becomes reachable again but through a finalizer that runs, and what a queued
// finalizer holds counts as reachable.
#include <memory>
#include <string>

#include "checkers/shadow.h"

namespace checkers {
namespace {

using runtime_core::Event;

class MarkNoLostObject final : public sim::EventObserver {
 public:
  explicit MarkNoLostObject(const Shadow& shadow) : shadow_(shadow) {}

  std::uint64_t wanted() const override { return sim::kinds(Event::free_object); }
  std::optional<sim::Finding> on_event(const sim::ObservedEvent& e) override {
    if (!shadow_.graph.is_kept(e.a)) return std::nullopt;
    return sim::Finding{"mark.no_lost_object", "the object at arena offset " +
                                                   std::to_string(e.a - shadow_.arena_start()) +
                                                   " is swept, and it was reachable or is new"};
  }

 private:
  const Shadow& shadow_;
};

}  // namespace

std::unique_ptr<sim::EventObserver> make_mark_no_lost_object(const Shadow& shadow) {
  return std::make_unique<MarkNoLostObject>(shadow);
}

}  // namespace checkers
