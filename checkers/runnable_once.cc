// sched.runnable_once and sched.no_lost_wakeup: a goroutine that was made runnable is in one queue,
// once, and runs once; none is left there for good while a processor is idle.
#include <memory>
#include <string>

#include "checkers/shadow.h"
#include "sim/event_observer.h"
#include "sim/journal_map.h"

namespace checkers {
namespace {

using runtime_core::Event;

class RunnableOnce final : public sim::EventObserver {
 public:
  explicit RunnableOnce(const Shadow& shadow) : shadow_(shadow) {}

  std::uint64_t wanted() const override {
    using enum Event;
    return sim::kinds(runq_put, runq_take, g_execute) | sim::at_end;
  }
  void attach(sim::Space& space) override { queue_.attach(space, 1 << 12); }

  std::optional<sim::Finding> on_event(const sim::ObservedEvent& e) override {
    const auto queue = queue_.find(e.a);
    switch (static_cast<Event>(e.kind)) {
      case Event::runq_put:
        if (queue) return finding("a goroutine is queued that is in a queue");
        if (!queue_.put(e.a, e.b)) return sim::Finding{"tool.limit", "the queue checker is full"};
        return std::nullopt;
      case Event::runq_take:
        if (queue != e.b) return finding("a goroutine is taken that is not in the queue");
        queue_.erase(e.a);
        return std::nullopt;
      default:
        if (queue) return finding("a goroutine runs that is in a queue");
        return std::nullopt;
    }
  }

  // The program ends when nobody else can move: who was made ready then, and waits in a local
  // queue, waits for ever. (In the global queue are those that let others run, for which nobody is
  // woken.)
  std::optional<sim::Finding> on_end() override {
    if (shadow_.runtime == nullptr) return std::nullopt;
    const auto& sched = shadow_.runtime->sched;
    if (!sched.runs_goroutines || sched.npidle.load(std::memory_order_relaxed) == 0) {
      return std::nullopt;
    }
    bool left = false;
    queue_.for_each([&](std::uint64_t, std::uint64_t queue) {
      left = left || queue != reinterpret_cast<std::uint64_t>(&sched);
    });
    if (!left) return std::nullopt;
    return sim::Finding{"sched.no_lost_wakeup",
                        "a goroutine is runnable, a P is idle, and nobody looks for work"};
  }

 private:
  static std::optional<sim::Finding> finding(const char* message) {
    return sim::Finding{"sched.runnable_once", message};
  }

  const Shadow& shadow_;
  sim::JournalMap queue_;  // goroutine -> queue that it is in
};

}  // namespace

std::unique_ptr<sim::EventObserver> make_runnable_once(const Shadow& shadow) {
  return std::make_unique<RunnableOnce>(shadow);
}

}  // namespace checkers
