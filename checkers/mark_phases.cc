// mark.barrier_first and alloc.colour: what each phase of a collection forbids while goroutines
// run.
//
// Before the barrier is installed, nothing turns black: an object that is scanned then may get a
// white one stored into it unseen. New objects are white until marking terminates, and then black.
#include <memory>
#include <string>

#include "checkers/heap_bitmap.h"
#include "checkers/shadow.h"
#include "runtime_core/gc/work.h"

namespace checkers {
namespace {

using runtime_core::Event;
using runtime_core::GcPhase;
using Verdict = std::optional<sim::Finding>;

class MarkPhases final : public sim::EventObserver {
 public:
  explicit MarkPhases(const Shadow& shadow) : shadow_(shadow) {}

  std::uint64_t wanted() const override {
    return sim::kinds(Event::gc_phase, Event::scan_object, Event::alloc);
  }
  void attach(sim::Space& space) override {
    space_ = &space;
    phase_ = static_cast<std::uint64_t*>(space.allocate_tool(64));
  }

  Verdict on_event(const sim::ObservedEvent& e) override {
    switch (static_cast<Event>(e.kind)) {
      case Event::gc_phase:
        space_->mut(*phase_) = e.a;
        return std::nullopt;
      case Event::scan_object:
        if (!is(GcPhase::scan)) return std::nullopt;
        return sim::Finding{"mark.barrier_first",
                            name(e.a) + " turns black before the barrier is installed"};
      default:
        if (e.b < runtime_core::tiny_size && e.c == runtime_core::tiny_size) break;
        return allocated(e.a);
    }
    return std::nullopt;  // part of a block that may be old
  }

 private:
  bool is(GcPhase phase) const { return *phase_ == static_cast<std::uint64_t>(phase); }
  std::string name(std::uint64_t object) const {
    return "object at arena offset " + std::to_string(object - shadow_.arena_start());
  }

  Verdict allocated(std::uint64_t object) const {
    if (is(GcPhase::off)) return std::nullopt;
    const bool black = nibble_of(shadow_.arena_start(), object).marked;
    const bool must_be_black = is(GcPhase::marktermination);
    if (black == must_be_black) return std::nullopt;
    return sim::Finding{"alloc.colour", "new " + name(object) + " is " +
                                            (black ? "black while the heap is marked"
                                                   : "white while marking terminates")};
  }

  const Shadow& shadow_;
  sim::Space* space_ = nullptr;
  std::uint64_t* phase_ = nullptr;  // as the last event said
};

}  // namespace

std::unique_ptr<sim::EventObserver> make_mark_phases(const Shadow& shadow) {
  return std::make_unique<MarkPhases>(shadow);
}

}  // namespace checkers
