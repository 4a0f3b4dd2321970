// alloc.single_owner: a block has at most one owner between its allocation and its sweep.
#include <memory>

#include "checkers/shadow_heap.h"

namespace checkers {
namespace {

class AllocSingleOwner final : public sim::EventObserver {
 public:
  void attach(sim::Space& space) override { heap_.attach(space); }
  std::optional<sim::Finding> on_event(const sim::ObservedEvent& e) override {
    return heap_.observe(e);
  }

 private:
  ShadowHeap heap_;
};

}  // namespace

std::unique_ptr<sim::EventObserver> make_alloc_single_owner() {
  return std::make_unique<AllocSingleOwner>();
}

}  // namespace checkers
