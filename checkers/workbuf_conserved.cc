// gc.workbuf_conserved and gc.mark_terminates: a work buffer has one owner or is on a list, all are
// back when marking ends, and nothing grey is left then.
#include <memory>
#include <string>

#include "checkers/dense_map.h"
#include "checkers/shadow.h"
#include "sim/event_observer.h"

namespace checkers {
namespace {

using runtime_core::Event;
using Verdict = std::optional<sim::Finding>;

constexpr std::uint64_t unowned = 0;  // on a list, or fresh; else the owning thread + 1

sim::Finding broken(const char* message) { return {"gc.workbuf_conserved", message}; }
sim::Finding unfinished(const char* message) { return {"gc.mark_terminates", message}; }
sim::Finding full() { return {"tool.limit", "the work-buffer checker is full"}; }

class WorkbufConserved final : public sim::EventObserver {
 public:
  std::uint64_t wanted() const override {
    return sim::kinds(Event::workbuf_new, Event::workbuf_get, Event::workbuf_put,
                      Event::grey_object, Event::scan_object, Event::gc_mark_end);
  }
  void attach(sim::Space& space) override {
    owner_.attach(space, 1 << 16);
    entries_.attach(space, 1 << 16);
    grey_.attach(space, 1 << 22);
  }

  Verdict on_event(const sim::ObservedEvent& e) override {
    switch (static_cast<Event>(e.kind)) {
      case Event::workbuf_new:
        if (owner_.find(e.a) != nullptr) return broken("a buffer was made twice");
        return remember(e.a, unowned, 0);
      case Event::workbuf_get:
        return taken(e.a, e.thread + 1);
      case Event::workbuf_put:
        return given(e.a, e.b, e.thread + 1);
      case Event::grey_object:
        if (e.b != 0 && !grey_.put(e.a, 1)) return full();
        return std::nullopt;
      case Event::scan_object:
        grey_.erase(e.a);
        return std::nullopt;
      case Event::gc_mark_end:
        return mark_ended();
      default:
        return std::nullopt;
    }
  }

 private:
  Verdict remember(std::uint64_t buffer, std::uint64_t owner, std::uint64_t entries) {
    if (!owner_.put(buffer, owner) || !entries_.put(buffer, entries)) return full();
    return std::nullopt;
  }

  Verdict taken(std::uint64_t buffer, std::uint64_t owner) {
    const std::uint64_t* before = owner_.find(buffer);
    if (before == nullptr) return broken("a buffer was taken that nobody made");
    if (*before != unowned) return broken("a buffer was taken that has an owner");
    return remember(buffer, owner, 0);
  }

  Verdict given(std::uint64_t buffer, std::uint64_t entries, std::uint64_t giver) {
    const std::uint64_t* owner = owner_.find(buffer);
    if (owner == nullptr || *owner != giver) {
      return broken("a buffer was put on a list by a thread that does not own it");
    }
    return remember(buffer, unowned, entries);
  }

  Verdict mark_ended() const {
    for (std::uint64_t i = 0; i < owner_.size(); i++) {
      if (owner_[i].value != unowned) return broken("marking ended, and a buffer is on no list");
    }
    for (std::uint64_t i = 0; i < entries_.size(); i++) {
      if (entries_[i].value != 0) return unfinished("marking ended with entries in a buffer");
    }
    if (grey_.size() != 0) return unfinished("marking ended with a grey object never scanned");
    return std::nullopt;
  }

  DenseMap owner_;    // buffer -> owner
  DenseMap entries_;  // buffer -> entries, while it is on a list
  DenseMap grey_;     // objects that were queued and not scanned since
};

}  // namespace

std::unique_ptr<sim::EventObserver> make_workbuf_conserved(const Shadow&) {
  return std::make_unique<WorkbufConserved>();
}

}  // namespace checkers
