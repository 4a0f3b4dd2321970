// parfor.exactly_once: every index of a parallel for is run once, by the time all have left it.
#include <memory>
#include <string>

#include "checkers/shadow.h"
#include "sim/event_observer.h"
#include "sim/journal_map.h"

namespace checkers {
namespace {

using runtime_core::Event;

// An index is keyed with its descriptor's number and the number of that descriptor's set-up, so
// that a descriptor that is used again starts afresh.
class ParforExactlyOnce final : public sim::EventObserver {
 public:
  std::uint64_t wanted() const override {
    return sim::kinds(Event::parfor_setup, Event::parfor_index, Event::parfor_done);
  }
  void attach(sim::Space& space) override {
    run_of_.attach(space, 1 << 10);
    ran_.attach(space, 1 << 16);
    runs_.attach(space, 1 << 16);
    space_ = &space;
    setups_ = static_cast<std::uint64_t*>(space.allocate_tool(64));
  }

  std::optional<sim::Finding> on_event(const sim::ObservedEvent& e) override {
    switch (static_cast<Event>(e.kind)) {
      case Event::parfor_setup:
        return set_up(e.a, e.b, e.c);
      case Event::parfor_index:
        return ran(e.a, e.b);
      case Event::parfor_done:
        return left(e.a);
      default:
        return std::nullopt;
    }
  }

 private:
  // What is still to come of one run: indices in the low half, threads in the high half.
  static std::uint64_t pack(std::uint64_t threads, std::uint64_t indices) {
    return threads << 32 | indices;
  }

  std::optional<sim::Finding> full() {
    return sim::Finding{"tool.limit", "parfor checker is full"};
  }

  std::optional<sim::Finding> set_up(std::uint64_t desc, std::uint64_t threads,
                                     std::uint64_t indices) {
    const std::uint64_t run = ++space_->mut(*setups_);
    if (!run_of_.put(desc, run) || !runs_.put(run, pack(threads, indices))) return full();
    return std::nullopt;
  }

  std::optional<sim::Finding> ran(std::uint64_t desc, std::uint64_t index) {
    const auto run = run_of_.find(desc);
    if (!run) return sim::Finding{"parfor.exactly_once", "an index of no parallel for was run"};
    const std::uint64_t left = *runs_.find(*run);
    const std::uint64_t key = *run << 32 | index;
    if (ran_.find(key)) {
      return sim::Finding{"parfor.exactly_once", "index " + std::to_string(index) + " ran twice"};
    }
    if ((left & 0xffffffff) == 0) {
      return sim::Finding{"parfor.exactly_once", "more indices were run than there are"};
    }
    if (!ran_.put(key, 1) || !runs_.put(*run, left - 1)) return full();
    return std::nullopt;
  }

  std::optional<sim::Finding> left(std::uint64_t desc) {
    const auto run = run_of_.find(desc);
    if (!run) return sim::Finding{"parfor.exactly_once", "a thread left no parallel for"};
    const std::uint64_t left = *runs_.find(*run) - pack(1, 0);
    if (!runs_.put(*run, left)) return full();
    if (left >> 32 == 0 && left != 0) {
      return sim::Finding{"parfor.exactly_once",
                          std::to_string(left) + " indices were never run, and all threads left"};
    }
    return std::nullopt;
  }

  sim::Space* space_ = nullptr;
  std::uint64_t* setups_ = nullptr;  // so far
  sim::JournalMap run_of_;           // descriptor -> number of its latest set-up
  sim::JournalMap runs_;             // that number -> threads and indices still to come
  sim::JournalMap ran_;              // number and index -> 1
};

}  // namespace

std::unique_ptr<sim::EventObserver> make_parfor_exactly_once(const Shadow&) {
  return std::make_unique<ParforExactlyOnce>();
}

}  // namespace checkers
