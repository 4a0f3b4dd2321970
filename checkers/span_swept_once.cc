// span.swept_once: every span in use is swept once a cycle, by one thread, and a span that was
// handed out in this cycle not at all.
#include <memory>

#include "checkers/dense_map.h"
#include "checkers/shadow.h"
#include "sim/event_observer.h"

namespace checkers {
namespace {

using runtime_core::Event;
using Verdict = std::optional<sim::Finding>;

constexpr std::uint64_t sweeping = std::uint64_t{1} << 32;  // added to the generation

sim::Finding broken(const char* message) { return {"span.swept_once", message}; }

class SpanSweptOnce final : public sim::EventObserver {
 public:
  std::uint64_t wanted() const override {
    return sim::kinds(Event::span_alloc, Event::free_span, Event::span_sweep_begin,
                      Event::span_sweep_end, Event::sweepgen_bump);
  }
  void attach(sim::Space& space) override {
    space_ = &space;
    swept_.attach(space, 1 << 16);
    generation_ = static_cast<std::uint64_t*>(space.allocate_tool(64));
  }

  Verdict on_event(const sim::ObservedEvent& e) override {
    switch (static_cast<Event>(e.kind)) {
      case Event::span_alloc:
        if (!swept_.put(e.a, *generation_)) return sim::Finding{"tool.limit", "too many spans"};
        return std::nullopt;
      case Event::free_span:
        return freed(e.a);
      case Event::span_sweep_begin:
        return begin(e.a, e.b);
      case Event::span_sweep_end:
        return end(e);
      case Event::sweepgen_bump:
        return bump(e.a);
      default:
        return std::nullopt;
    }
  }

 private:
  Verdict begin(std::uint64_t span, std::uint64_t generation) {
    const std::uint64_t* last = swept_.find(span);
    if (last == nullptr) return broken("a span is swept that is not in use");
    if ((*last & sweeping) != 0) return broken("a span is swept by two threads at once");
    if (generation != *generation_) return broken("a span is swept for a stale generation");
    if (*last == generation) return broken("a span is swept twice in one cycle");
    swept_.put(span, generation | sweeping);
    return std::nullopt;
  }

  // A span that went back to the heap may be in use again already.
  Verdict end(const sim::ObservedEvent& e) {
    if (e.c != 0) return std::nullopt;
    const std::uint64_t* last = swept_.find(e.a);
    if (last == nullptr) return broken("a span went away while it was swept");
    swept_.put(e.a, *last & ~sweeping);
    return std::nullopt;
  }

  // Growth and trimming free spans that never were in use: then there is nothing to forget.
  Verdict freed(std::uint64_t span) {
    const std::uint64_t* last = swept_.find(span);
    if (last == nullptr) return std::nullopt;
    if ((*last & ~sweeping) != *generation_) return broken("an unswept span is given back");
    swept_.erase(span);
    return std::nullopt;
  }

  Verdict bump(std::uint64_t generation) {
    if (generation != *generation_ + 2) return broken("the generation did not advance by two");
    for (std::uint64_t i = 0; i < swept_.size(); i++) {
      if ((swept_[i].value & sweeping) != 0) return broken("a cycle ends in the middle of a sweep");
      if (swept_[i].value != *generation_) return broken("a cycle ends with an unswept span");
    }
    space_->mut(*generation_) = generation;
    return std::nullopt;
  }

  sim::Space* space_ = nullptr;
  DenseMap swept_;  // span in use -> generation of its last sweep, or of the cycle it is from
  std::uint64_t* generation_ = nullptr;
};

}  // namespace

std::unique_ptr<sim::EventObserver> make_span_swept_once(const Shadow&) {
  return std::make_unique<SpanSweptOnce>();
}

}  // namespace checkers
