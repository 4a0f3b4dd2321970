// lfstack.multiset: a node is on at most one lock-free stack, and only what is there is popped.
#include <memory>

#include "checkers/shadow.h"
#include "sim/event_observer.h"
#include "sim/journal_map.h"

namespace checkers {
namespace {

using runtime_core::Event;

// Push and pop events come right after the swap that took effect, with no other step between.
class LfstackMultiset final : public sim::EventObserver {
 public:
  std::uint64_t wanted() const override {
    return sim::kinds(Event::lfstack_push, Event::lfstack_pop);
  }
  void attach(sim::Space& space) override { stack_of_.attach(space, 1 << 16); }

  std::optional<sim::Finding> on_event(const sim::ObservedEvent& e) override {
    if (e.kind == static_cast<std::uint32_t>(Event::lfstack_push)) return pushed(e.a, e.b);
    if (e.kind == static_cast<std::uint32_t>(Event::lfstack_pop) && e.b != 0) {
      return popped(e.a, e.b);
    }
    return std::nullopt;
  }

 private:
  std::optional<sim::Finding> pushed(std::uint64_t stack, std::uint64_t node) {
    if (stack_of_.find(node)) {
      return sim::Finding{"lfstack.multiset", "a node was pushed that is on a stack already"};
    }
    if (!stack_of_.put(node, stack)) return sim::Finding{"tool.limit", "lfstack checker is full"};
    return std::nullopt;
  }

  std::optional<sim::Finding> popped(std::uint64_t stack, std::uint64_t node) {
    const auto on = stack_of_.find(node);
    if (!on || *on != stack) {
      return sim::Finding{"lfstack.multiset", "a node was popped that is not on the stack"};
    }
    stack_of_.erase(node);
    return std::nullopt;
  }

  sim::JournalMap stack_of_;  // node -> head
};

}  // namespace

std::unique_ptr<sim::EventObserver> make_lfstack_multiset(const Shadow&) {
  return std::make_unique<LfstackMultiset>();
}

}  // namespace checkers
