// alloc.single_owner: a block has at most one owner between its allocation and its sweep.
#include <memory>

#include "checkers/shadow.h"

namespace checkers {
namespace {

class AllocSingleOwner final : public sim::EventObserver {
 public:
  explicit AllocSingleOwner(const Shadow& shadow) : heap_(shadow.heap) {}

  std::uint64_t wanted() const override {
    using enum runtime_core::Event;
    return sim::kinds(alloc, alloc_slot, free_object, free_span, span_alloc);
  }
  std::optional<sim::Finding> on_event(const sim::ObservedEvent&) override {
    if (heap_.contradiction() == nullptr) return std::nullopt;
    return sim::Finding{"alloc.single_owner", heap_.contradiction()};
  }

 private:
  const ShadowHeap& heap_;
};

}  // namespace

std::unique_ptr<sim::EventObserver> make_alloc_single_owner(const Shadow& shadow) {
  return std::make_unique<AllocSingleOwner>(shadow);
}

}  // namespace checkers
