// sched.g_on_one_m and sched.p_has_one_owner: a goroutine is on one M, an M runs one goroutine, and
// a P has one M.
#include <memory>
#include <string>

#include "checkers/shadow.h"
#include "sim/event_observer.h"
#include "sim/journal_map.h"

namespace checkers {
namespace {

using runtime_core::Event;

class OneUser final : public sim::EventObserver {
 public:
  std::uint64_t wanted() const override {
    using enum Event;
    return sim::kinds(g_execute, g_drop, p_acquire, p_release);
  }
  void attach(sim::Space& space) override {
    user_.attach(space, 1 << 12);
    used_.attach(space, 1 << 10);
  }

  std::optional<sim::Finding> on_event(const sim::ObservedEvent& e) override {
    switch (static_cast<Event>(e.kind)) {
      case Event::g_execute:
        if (used_.find(e.b)) return g_finding("an M takes a goroutine and has one");
        if (user_.find(e.a)) return g_finding("a goroutine runs that is still on another M");
        return used_.put(e.b, e.a) && user_.put(e.a, e.b) ? std::nullopt : full();
      case Event::g_drop:
        used_.erase(e.b);
        if (user_.find(e.a) != e.b) return g_finding("a goroutine is left by who does not run it");
        user_.erase(e.a);
        return std::nullopt;
      case Event::p_acquire:
        if (user_.find(e.a)) return p_finding("a P is acquired that has an M");
        return user_.put(e.a, e.b) ? std::nullopt : full();
      default:
        if (user_.find(e.a) != e.b) return p_finding("a P is released by who does not have it");
        user_.erase(e.a);
        return std::nullopt;
    }
  }

 private:
  static std::optional<sim::Finding> g_finding(const char* message) {
    return sim::Finding{"sched.g_on_one_m", message};
  }
  static std::optional<sim::Finding> p_finding(const char* message) {
    return sim::Finding{"sched.p_has_one_owner", message};
  }
  static std::optional<sim::Finding> full() {
    return sim::Finding{"tool.limit", "the checker of owners is full"};
  }

  sim::JournalMap user_;  // goroutine or P -> M
  sim::JournalMap used_;  // M -> goroutine
};

}  // namespace

std::unique_ptr<sim::EventObserver> make_one_user(const Shadow&) {
  return std::make_unique<OneUser>();
}

}  // namespace checkers
