// timer.heap: whenever its lock is released, the heap of timers is one, and each timer knows its
// place in it.
#include <memory>

#include "checkers/shadow.h"
#include "sim/event_observer.h"

namespace checkers {
namespace {

using runtime_core::Event;
using runtime_core::Timer;
using runtime_core::Timers;

class TimerHeap final : public sim::EventObserver {
 public:
  explicit TimerHeap(const Shadow& shadow) : shadow_(shadow) {}

  std::uint64_t wanted() const override { return sim::kinds(Event::lock_release); }

  std::optional<sim::Finding> on_event(const sim::ObservedEvent& e) override {
    if (shadow_.runtime == nullptr) return std::nullopt;
    const Timers& timers = shadow_.runtime->timers;
    if (e.a != reinterpret_cast<std::uint64_t>(&timers.lock)) return std::nullopt;
    for (std::uint32_t i = 0; i < timers.len; i++) {
      const Timer& t = *timers.t[i];
      if (t.i != static_cast<std::int32_t>(i)) return finding("a timer is not where it says");
      if (i > 0 && t.when < timers.t[(i - 1) / 4]->when) {
        return finding("a timer is due before the one above it in the heap");
      }
    }
    return std::nullopt;
  }

 private:
  static sim::Finding finding(const char* message) { return {"timer.heap", message}; }

  const Shadow& shadow_;
};

}  // namespace

std::unique_ptr<sim::EventObserver> make_timer_heap(const Shadow& shadow) {
  return std::make_unique<TimerHeap>(shadow);
}

}  // namespace checkers
