// sched.locked_to_m: a goroutine that is locked to an M runs there, and that M runs nobody else.
#include <memory>

#include "checkers/shadow.h"
#include "sim/event_observer.h"

namespace checkers {
namespace {

using runtime_core::Event;
using runtime_core::G;
using runtime_core::M;

class LockedToM final : public sim::EventObserver {
 public:
  std::uint64_t wanted() const override { return sim::kinds(Event::g_execute); }

  std::optional<sim::Finding> on_event(const sim::ObservedEvent& e) override {
    const auto* gp = reinterpret_cast<const G*>(e.a);
    const auto* mp = reinterpret_cast<const M*>(e.b);
    if (gp->lockedm != nullptr && gp->lockedm != mp) {
      return finding("a goroutine runs that is locked to another M");
    }
    if (mp->lockedg != nullptr && mp->lockedg != gp) {
      return finding("an M runs a goroutine and is locked to another one");
    }
    return std::nullopt;
  }

 private:
  static sim::Finding finding(const char* message) { return {"sched.locked_to_m", message}; }
};

}  // namespace

std::unique_ptr<sim::EventObserver> make_locked_to_m(const Shadow&) {
  return std::make_unique<LockedToM>();
}

}  // namespace checkers
