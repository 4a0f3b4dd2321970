// finalizer.runs: a finalizer is queued once, when its object is unreachable, and runs once after
// that, provided that the program has a finalizer thread. (A program of goroutines may end before
// that: one that needs its finalizers waits for them.)
#include <memory>

#include "checkers/shadow.h"

namespace checkers {
namespace {

using runtime_core::Event;
using Verdict = std::optional<sim::Finding>;

constexpr std::uint64_t is_set = 1, is_queued = 2;

sim::Finding broken(const char* message) { return {"finalizer.runs", message}; }

class FinalizerRuns final : public sim::EventObserver {
 public:
  explicit FinalizerRuns(const Shadow& shadow) : shadow_(shadow) {}
  void attach(sim::Space& space) override {
    space_ = &space;
    state_.attach(space, 1 << 16);
    sweeping_ = static_cast<std::uint64_t*>(space.allocate_tool(64 * sizeof(std::uint64_t)));
  }

  std::uint64_t wanted() const override {
    using enum Event;
    return sim::kinds(finalizer_set, finalizer_removed, finalizer_queued, finalizer_run,
                      free_object, span_sweep_begin, span_sweep_end) |
           sim::at_end;
  }

  Verdict on_end() override {
    const runtime_core::Runtime* rt = shadow_.runtime;
    if (rt == nullptr || rt->sched.runs_goroutines || rt->work.fin.created.load() == 0)
      return std::nullopt;
    for (std::uint64_t i = 0; i < state_.size(); i++) {
      if (state_[i].value == is_queued) return broken("a queued finalizer never ran");
    }
    return std::nullopt;
  }

  Verdict on_event(const sim::ObservedEvent& e) override {
    switch (static_cast<Event>(e.kind)) {
      case Event::span_sweep_begin:
        space_->mut(sweeping_[e.thread]) = 1;
        return std::nullopt;
      case Event::span_sweep_end:
        space_->mut(sweeping_[e.thread]) = 0;
        return std::nullopt;
      case Event::finalizer_set:
        if (!state_.put(e.a, is_set)) return sim::Finding{"tool.limit", "too many finalizers"};
        return std::nullopt;
      case Event::finalizer_removed:
        return advance(e.a, is_set, 0, "a finalizer was removed that is not set");
      case Event::finalizer_queued:
        return queued(e.thread, e.a);
      case Event::finalizer_run:
        return advance(e.a, is_queued, 0, "a finalizer runs that is not queued");
      case Event::free_object:
        if (state_.find(e.a) != nullptr) return broken("an object was freed before its finalizer");
        return std::nullopt;
      default:
        return std::nullopt;
    }
  }

 private:
  // Outside of a sweep it is the program that queues, for instance one that restores a dump.
  Verdict queued(std::uint32_t thread, std::uint64_t object) {
    if (sweeping_[thread] == 0) {
      return advance(object, 0, is_queued, "a finalizer was queued twice");
    }
    if (shadow_.graph.is_kept(object)) {
      return broken("the finalizer of a reachable object is queued");
    }
    return advance(object, is_set, is_queued, "a finalizer was queued that is not set");
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

  const Shadow& shadow_;
  sim::Space* space_ = nullptr;
  std::uint64_t* sweeping_ = nullptr;  // by thread: 1 within a sweep
  DenseMap state_;                     // object -> is_set or is_queued
};

}  // namespace

std::unique_ptr<sim::EventObserver> make_finalizer_runs(const Shadow& shadow) {
  return std::make_unique<FinalizerRuns>(shadow);
}

}  // namespace checkers
