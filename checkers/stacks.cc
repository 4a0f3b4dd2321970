// stack.contents, stack.no_dangling_pointer and stack.scanned_whole: a copy of a stack keeps what
// the frames hold, none of them points into a stack that was given back, and a stack does not
// change while it is scanned, whereupon all that it refers to is marked.
//
// The frames' pointers are known from the program's stores, not from maps or descriptors. A channel
// writes to the stack of who waits, whether or not it is being scanned: such a word is left out.
#include <memory>
#include <string>

#include "checkers/dense_map.h"
#include "checkers/heap_bitmap.h"
#include "checkers/shadow.h"

namespace checkers {
namespace {

using runtime_core::Event;
using Verdict = std::optional<sim::Finding>;
using StackView = ShadowGraph::StackView;

std::uint64_t word_at(std::uint64_t address) {
  return *reinterpret_cast<const std::uint64_t*>(address);
}

class Stacks final : public sim::EventObserver {
 public:
  explicit Stacks(const Shadow& shadow) : shadow_(shadow) {}

  std::uint64_t wanted() const override {
    using enum Event;
    return sim::kinds(stack_live, stack_free, stack_scan, slot_store, remote_store, world_stopped);
  }
  void attach(sim::Space& space) override {
    ends_.attach(space, 1 << 12);
    scanned_.attach(space, 1 << 12);
    remote_.attach(space, 1 << 12);
  }

  Verdict on_event(const sim::ObservedEvent& e) override {
    switch (static_cast<Event>(e.kind)) {
      case Event::stack_live:
        return lives(e);
      case Event::stack_free:
        return freed(e.a, e.b);
      case Event::stack_scan:
        return e.b != 0 ? scan_begins(e.a) : scan_ended(e.a);
      case Event::remote_store:
        // A sender may write to a stack that is being scanned: no scan can rely on it.
        return remote_.put(e.a, 1) ? std::nullopt : full();
      case Event::world_stopped:
        while (remote_.size() > 0) remote_.erase(remote_[0].key);
        return std::nullopt;
      default:
        return stored(e.a);
    }
  }

 private:
  Verdict lives(const sim::ObservedEvent& e) {
    if (scanned_.find(e.a) != nullptr) return changes();
    const std::uint64_t end = ends_.get(e.a, e.c);
    if (!ends_.put(e.a, e.c)) return full();
    if (end == e.c) return std::nullopt;
    std::uint64_t wrong = 0;
    shadow_.graph.for_each_slot(shadow_.graph.stack_of(e.a), [&](auto at, auto value) {
      if (word_at(at) != value) wrong = e.c - at;
    });
    if (wrong == 0) return std::nullopt;
    return sim::Finding{"stack.contents", "a stack was copied, and the word " +
                                              std::to_string(wrong) +
                                              " bytes below its end is another one"};
  }

  Verdict freed(std::uint64_t lo, std::uint64_t hi) const {
    bool dangles = false;
    for (std::uint64_t i = 0; i < shadow_.graph.stack_count(); i++) {
      shadow_.graph.for_each_slot(shadow_.graph.stack(i), [&](auto at, auto) {
        dangles = dangles || (word_at(at) >= lo && word_at(at) < hi);
      });
    }
    if (!dangles) return std::nullopt;
    return sim::Finding{"stack.no_dangling_pointer",
                        "a stack is given back that a frame points into"};
  }

  Verdict scan_begins(std::uint64_t goroutine) {
    return scanned_.put(goroutine, 1) ? std::nullopt : full();
  }

  // The checkmark pass has marks of its own.
  Verdict scan_ended(std::uint64_t goroutine) {
    scanned_.erase(goroutine);
    if (shadow_.runtime->work.checkmark) return std::nullopt;
    bool white = false;
    shadow_.graph.for_each_slot(shadow_.graph.stack_of(goroutine), [&](auto at, auto value) {
      if (remote_.find(at) != nullptr) return;
      const std::uint64_t object = shadow_.graph.object_at(value);
      white = white || (object != 0 && !nibble_of(shadow_.arena_start(), object).marked);
    });
    if (!white) return std::nullopt;
    return sim::Finding{"stack.scanned_whole", "a stack was scanned that refers to a white object"};
  }

  Verdict stored(std::uint64_t slot) const {
    for (std::uint64_t i = 0; i < scanned_.size(); i++) {
      const StackView stack = shadow_.graph.stack_of(scanned_[i].key);
      if (slot >= stack.sp && slot < stack.hi) return changes();
    }
    return std::nullopt;
  }

  static Verdict changes() {
    return sim::Finding{"stack.scanned_whole", "a stack changes while it is scanned"};
  }
  static Verdict full() { return sim::Finding{"tool.limit", "the checker of stacks is full"}; }

  const Shadow& shadow_;
  DenseMap ends_;     // goroutine -> upper end of its stack
  DenseMap scanned_;  // goroutines whose stacks are being scanned
  DenseMap remote_;   // slots that others write to, since the world was last stopped
};

}  // namespace

std::unique_ptr<sim::EventObserver> make_stacks(const Shadow& shadow) {
  return std::make_unique<Stacks>(shadow);
}

}  // namespace checkers
