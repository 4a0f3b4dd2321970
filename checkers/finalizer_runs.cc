// finalizer.runs: a finalizer is queued once, when its object is unreachable, and runs once after
// that, provided that the program has a finalizer thread.
#include <memory>

#include "checkers/shadow_graph.h"
#include "runtime_core/probe.h"
#include "runtime_core/runtime.h"

namespace checkers {
namespace {

using runtime_core::Event;
using Verdict = std::optional<sim::Finding>;

constexpr std::uint64_t is_set = 1, is_queued = 2;

sim::Finding broken(const char* message) { return {"finalizer.runs", message}; }

class FinalizerRuns final : public sim::EventObserver {
 public:
  void attach(sim::Space& space) override {
    graph_.attach(space);
    state_.attach(space, 1 << 14);
  }

  Verdict on_event(const sim::ObservedEvent& e) override {
    Verdict verdict = check(e);
    if (verdict) return verdict;
    return graph_.observe(e);
  }

  Verdict on_end() override {
    if (runtime_ == nullptr || runtime_->work.fin.created.load() == 0) return std::nullopt;
    for (std::uint64_t i = 0; i < state_.size(); i++) {
      if (state_[i].value == is_queued) return broken("a queued finalizer never ran");
    }
    return std::nullopt;
  }

 private:
  Verdict check(const sim::ObservedEvent& e) {
    switch (static_cast<Event>(e.kind)) {
      case Event::runtime_init:
        runtime_ = reinterpret_cast<const runtime_core::Runtime*>(e.a);
        return std::nullopt;
      case Event::finalizer_set:
        if (!state_.put(e.a, is_set)) return sim::Finding{"tool.limit", "too many finalizers"};
        return std::nullopt;
      case Event::finalizer_removed:
        return advance(e.a, is_set, 0, "a finalizer was removed that is not set");
      case Event::finalizer_queued:
        if (graph_.is_rooted(e.a)) return broken("the finalizer of a reachable object is queued");
        return advance(e.a, is_set, is_queued, "a finalizer was queued that is not set");
      case Event::finalizer_run:
        return advance(e.a, is_queued, 0, "a finalizer runs that is not queued");
      case Event::free_object:
        if (state_.find(e.a) != nullptr) return broken("an object was freed before its finalizer");
        return std::nullopt;
      default:
        return std::nullopt;
    }
  }

  // From one state to the next; 0 is none.
  Verdict advance(std::uint64_t object, std::uint64_t from, std::uint64_t to, const char* message) {
    if (state_.get(object, 0) != from) return broken(message);
    if (to == 0) {
      state_.erase(object);
    } else {
      state_.put(object, to);
    }
    return std::nullopt;
  }

  ShadowGraph graph_;
  DenseMap state_;                                  // object -> is_set or is_queued
  const runtime_core::Runtime* runtime_ = nullptr;  // found in the setup, never changes
};

}  // namespace

std::unique_ptr<sim::EventObserver> make_finalizer_runs() {
  return std::make_unique<FinalizerRuns>();
}

}  // namespace checkers
