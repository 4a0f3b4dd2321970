// sched.lock_order and mutex.exclusion: locks nest in one order, and a held lock has one holder.
#include <memory>
#include <string>
#include <vector>

#include "checkers/shadow.h"
#include "sim/event_observer.h"
#include "sim/journal_map.h"

namespace checkers {
namespace {

using runtime_core::Event;

// An edge H -> L says that somebody asked for L while it held H. A cycle of edges can become a
// deadlock even where this run got away with it. Locks are addresses: two locks of one kind are
// ordered only against each other.
class LockOrder final : public sim::EventObserver {
 public:
  std::uint64_t wanted() const override {
    return sim::kinds(Event::lock_begin, Event::lock_acquire, Event::lock_release);
  }
  void attach(sim::Space& space) override {
    holder_.attach(space, 1 << 14);
    edges_.attach(space, 1 << 16);
    number_.attach(space, 1 << 14);
    space_ = &space;
    count_ = static_cast<std::uint64_t*>(space.allocate_tool(64));
    held_ = static_cast<Held*>(space.allocate_tool(sizeof(Held) * threads_max));
  }

  std::optional<sim::Finding> on_event(const sim::ObservedEvent& e) override {
    switch (static_cast<Event>(e.kind)) {
      case Event::lock_begin:
        return asked(e.thread, e.a);
      case Event::lock_acquire:
        return acquired(e.thread, e.a);
      case Event::lock_release:
        return released(e.thread, e.a);
      default:
        return std::nullopt;
    }
  }

 private:
  static sim::Finding full() { return {"tool.limit", "lock-order checker is full"}; }

  // Small numbers for addresses, so that two of them fit a key. 0: no room.
  std::uint64_t number_of(std::uint64_t mutex) {
    if (const auto known = number_.find(mutex)) return *known;
    const std::uint64_t number = ++space_->mut(*count_);
    return number_.put(mutex, number) ? number : 0;
  }

  std::optional<sim::Finding> asked(std::uint32_t thread, std::uint64_t mutex) {
    const std::uint64_t to = number_of(mutex);
    if (to == 0) return full();
    const Held& held = held_[thread];
    for (std::uint64_t i = 0; i < held.count; i++) {
      const std::uint64_t from_mutex = held.mutex[i];
      if (from_mutex == mutex) {
        return sim::Finding{"sched.lock_order", "a thread asks for a lock that it holds"};
      }
      const std::uint64_t from = number_of(from_mutex);
      const std::uint64_t edge = from << 32 | to;
      if (edges_.find(edge)) continue;
      if (reaches(to, from)) {
        return sim::Finding{"sched.lock_order", "two locks are taken in both orders"};
      }
      if (!edges_.put(edge, 1)) return full();
    }
    return std::nullopt;
  }

  bool reaches(std::uint64_t from, std::uint64_t to) const {
    std::vector<std::uint64_t> seen = {from};
    for (std::size_t i = 0; i < seen.size(); i++) {
      if (seen[i] == to) return true;
      edges_.for_each([&](std::uint64_t edge, std::uint64_t) {
        if (edge >> 32 != seen[i]) return;
        const std::uint64_t next = edge & 0xffffffff;
        for (const std::uint64_t known : seen) {
          if (known == next) return;
        }
        seen.push_back(next);
      });
    }
    return false;
  }

  std::optional<sim::Finding> acquired(std::uint32_t thread, std::uint64_t mutex) {
    if (holder_.find(mutex)) {
      return sim::Finding{"mutex.exclusion", "a lock was taken while another thread held it"};
    }
    Held& held = space_->mut(held_[thread]);
    if (held.count == held_max || !holder_.put(mutex, thread + 1)) return full();
    held.mutex[held.count++] = mutex;
    return std::nullopt;
  }

  std::optional<sim::Finding> released(std::uint32_t thread, std::uint64_t mutex) {
    const auto holder = holder_.find(mutex);
    if (!holder || *holder != thread + 1) {
      return sim::Finding{"mutex.exclusion", "a lock was released by a thread without it"};
    }
    holder_.erase(mutex);
    Held& held = space_->mut(held_[thread]);
    std::uint64_t at = held.count - 1;
    while (held.mutex[at] != mutex) at--;  // it is there: acquired() put it
    held.mutex[at] = held.mutex[--held.count];
    return std::nullopt;
  }

  static constexpr std::uint32_t threads_max = 64;
  static constexpr std::uint64_t held_max = 15;
  struct Held {
    std::uint64_t count;
    std::uint64_t mutex[held_max];
  };

  sim::Space* space_ = nullptr;
  Held* held_ = nullptr;            // by thread; the scenario's setup counts as one
  std::uint64_t* count_ = nullptr;  // of numbers given
  sim::JournalMap holder_;          // mutex -> thread + 1, while held
  sim::JournalMap number_;          // mutex -> number
  sim::JournalMap edges_;           // numbers of an outer and an inner lock -> 1
};

}  // namespace

std::unique_ptr<sim::EventObserver> make_lock_order(const Shadow&) {
  return std::make_unique<LockOrder>();
}

}  // namespace checkers
