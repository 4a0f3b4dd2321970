// alloc.zeroed: what is handed out is zero, unless the program asked for memory as it is.
#include <algorithm>
#include <memory>
#include <string>

#include "checkers/shadow.h"

namespace checkers {
namespace {

using runtime_core::Event;
using Verdict = std::optional<sim::Finding>;

class AllocZeroed final : public sim::EventObserver {
 public:
  explicit AllocZeroed(const Shadow& shadow) : shadow_(shadow) {}
  void attach(sim::Space& space) override {
    space_ = &space;
    as_is_ = static_cast<std::uint64_t*>(space.allocate_tool(64 * sizeof(std::uint64_t)));
  }

  std::uint64_t wanted() const override { return sim::kinds(Event::alloc_as_is, Event::alloc); }
  Verdict on_event(const sim::ObservedEvent& e) override {
    std::uint64_t& expected = as_is_[e.thread];
    if (static_cast<Event>(e.kind) == Event::alloc_as_is) {
      space_->mut(expected) = e.a;
      return std::nullopt;
    }
    if (expected == e.a) {
      space_->mut(expected) = 0;
      return std::nullopt;
    }
    return check(e.a, e.b);
  }

 private:
  // The first bytes of the block that the program asked for.
  Verdict check(std::uint64_t address, std::uint64_t bytes) const {
    const auto* first = reinterpret_cast<const unsigned char*>(address);
    const auto* dirty = std::find_if(first, first + bytes, [](auto byte) { return byte != 0; });
    if (dirty == first + bytes) return std::nullopt;
    return sim::Finding{"alloc.zeroed", "byte " + std::to_string(dirty - first) +
                                            " of the new object at arena offset " +
                                            std::to_string(address - shadow_.arena_start()) +
                                            " is not zero"};
  }

  const Shadow& shadow_;
  sim::Space* space_ = nullptr;
  std::uint64_t* as_is_ = nullptr;  // by thread: the object that is asked for as it is, or 0
};

}  // namespace

std::unique_ptr<sim::EventObserver> make_alloc_zeroed(const Shadow& shadow) {
  return std::make_unique<AllocZeroed>(shadow);
}

}  // namespace checkers
