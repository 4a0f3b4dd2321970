// Memory that is an execution graph, grown in program order, judged by axioms: rc11, armv8, power.
//
// A load may return the value of any store that the axioms let it read; a store, or the store of a
// read-modify-write, may take any place in the coherence order of its location that they allow.
// Each is a choice, the newest first. The newest store is always allowed: nothing follows from what
// has just read it. Memory holds the values of the newest stores, so that plain accesses, which do
// not race, read what they must.
//
// What others have seen before the running thread's next event, in the happens-before of C++, they
// have seen under every model, since compilers map C++ so: what is older need not be judged.
#include <algorithm>
#include <array>
#include <string>

#include "sim/graph/handovers.h"
#include "sim/graph/notice.h"
#include "sim/graph/recorder.h"
#include "sim/graph/window.h"
#include "sim/machine.h"
#include "sim/value.h"

namespace sim {
namespace {

using graph::Event;
using graph::EventId;
using graph::Kind;
using graph::Marks;
using graph::no_event;

class GraphMemory final : public MemoryModel {
 public:
  GraphMemory(Machine& m, const axioms::Axioms& model)
      : model_(model),
        recorder_(m, model),
        log_(recorder_.log),
        clocks_(m, log_),
        notices_(m.space, log_),
        handovers_(m, recorder_, clocks_) {
    independent_ = static_cast<bool*>(m.space.allocate_tool(1));
  }

  bool keeps_values() const override { return true; }
  bool needs_independent_loads() const override { return *independent_; }

  std::uint64_t load(Machine& m, Access a) override {
    const auto how = recorder_.mapping(axioms::Operation::load, a.order);
    const std::uint32_t location = prepare(m, a, how.before);
    const EventId read = recorder_.append(m.current(), recorder_.access(Kind::read, a, how.read));
    Options options;
    older_than_newest(m, location, [&](EventId w) {
      log_.set_source(read, w);
      const Answer answer = judge(m, read, w == log_.location(location).newest);
      log_.clear_source(read);
      return options.add(w, answer);
    });
    const EventId source = choose(m, a, options);
    return finish_read(m, a, read, source, how);
  }

  void store(Machine& m, Access a, std::uint64_t value) override {
    const auto how = recorder_.mapping(axioms::Operation::store, a.order);
    const std::uint32_t location = prepare(m, a, how.before);
    Event e = recorder_.access(Kind::write, a, how.write);
    e.value = value;
    e.location = location;
    const EventId write = recorder_.append(m.current(), e);
    Options options;
    const EventId newest = log_.location(location).newest;
    if (log_.location(location).mixed) {
      options.add(newest, Answer::yes);
    } else {
      // Behind a store; a store that was seen is behind no later one.
      for (EventId w = newest; w != no_event; w = log_[w].older) {
        if (!is_updated(w)) {
          log_.insert_behind(write, w);
          const Answer answer = judge(m, write, w == newest);
          log_.take_out(write);
          if (!options.add(w, answer)) break;
        }
        if (clocks_.is_seen(m.current(), w)) break;
      }
    }
    log_.insert_behind(write, options.choose(m));
    finish_write(m, a, write, no_event);
  }

  std::uint64_t read_to_update(Machine& m, Access a, const Update& update) override {
    const auto how = recorder_.mapping(axioms::Operation::read_modify_write, a.order);
    const std::uint32_t location = prepare(m, a, how.before);
    const EventId read = recorder_.append(m.current(), recorder_.access(Kind::read, a, how.read));
    const auto fails = [&](EventId w) {
      return update.expected != nullptr && log_.value_at(w, a.address, a.size) != *update.expected;
    };
    Options options;
    older_than_newest(m, location, [&](EventId w) {
      const bool newest = w == log_.location(location).newest;
      if (!fails(w) && (is_updated(w) || (!newest && log_.location(location).mixed))) return true;
      log_.set_source(read, w);
      const EventId write = fails(w) ? no_event : append_update(m, a, read, update);
      const Answer answer = judge(m, read, newest);
      if (write != no_event) {
        log_.take_out(write);
        log_.drop(write);
      }
      log_.clear_source(read);
      return options.add(w, answer);
    });
    const EventId source = choose(m, a, options);
    if (fails(source)) {
      a.order = update.failure;
      if (!recorder_.is_processor()) log_.mut(read).marks = axioms::mark(graph::mark_of(a.order));
      return finish_read(m, a, read, source, how);
    }
    log_.set_source(read, source);
    log_.mut(read).value = log_.value_at(source, a.address, a.size);
    clocks_.read(m.current(), source, a.order);
    return log_[read].value;
  }

  void write_updated(Machine& m, Access a, const Update& update, std::uint64_t value) override {
    const EventId read = log_.last_of(m.current());
    const EventId write = append_update(m, a, read, update);
    log_.mut(write).value = value;
    finish_write(m, a, write, log_[read].source);
    recorder_.fence_behind(m.current(),
                           recorder_.mapping(axioms::Operation::read_modify_write, a.order));
  }

  void fence(Machine& m, std::uint32_t order) override {
    recorder_.require_room();
    recorder_.append_fence(m.current(), recorder_.mapping(axioms::Operation::fence, order).before);
    clocks_.fence(m.current(), order);
  }

  // No other access is concurrent to it: it is the newest.
  void before_plain_write(Machine& m, std::uint64_t address, std::uint64_t bytes) override {
    log_.each_location(address, bytes, [&](std::uint32_t l) {
      const std::uint64_t low = std::max(address, log_.location(l).address);
      const std::uint64_t high =
          std::min(address + bytes, log_.location(l).address + log_.location(l).bytes);
      const Event& newest = log_[log_.location(l).newest];
      if (newest.pending && newest.thread == m.current() && newest.address == low &&
          newest.bytes == high - low) {
        return;
      }
      recorder_.require_room();
      log_.settle(l);
      const auto size = static_cast<std::uint32_t>(high - low);
      Event e = recorder_.access(Kind::write, {low, size, __ATOMIC_RELAXED}, 0);
      e.location = l;
      e.pending = true;
      log_.insert_behind(recorder_.append(m.current(), e), log_.location(l).newest);
    });
  }

  void kernel_reads(Machine& m, std::uint64_t address, std::uint32_t bytes) override {
    const Access a{address, bytes, __ATOMIC_RELAXED};
    const std::uint32_t location = prepare(m, a, 0);
    const auto how = recorder_.mapping(axioms::Operation::load, a.order);
    const EventId read = recorder_.append(m.current(), recorder_.access(Kind::read, a, how.read));
    log_.set_source(read, log_.location(location).newest);
  }

  void order(Machine&, std::uint32_t before, std::uint32_t after) override {
    handovers_.order(before, after);
  }
  void acquire(Machine&, std::uint64_t object) override { handovers_.acquire(object); }
  void release(Machine&, std::uint64_t object) override { handovers_.release(object); }
  void release_too(Machine&, std::uint64_t object) override { handovers_.release_too(object); }
  void made_new(Machine&, std::uint64_t address, std::uint64_t bytes) override {
    log_.forget(address, bytes);
  }

  void yielded(Machine& m) override { notices_.yielded(m.current(), log_.next_id()); }

  void must_notice(Machine& m, std::uint32_t reads) override { notices_.begin(m.current(), reads); }

 private:
  enum class Answer : std::uint8_t { yes, no, too_far };

  // The answers to one question, newest first.
  struct Options {
    std::array<EventId, axioms::events_max> writes{};
    std::uint32_t count = 0;
    // Whether to ask on.
    bool add(EventId w, Answer answer) {
      if (answer == Answer::yes) writes[count++] = w;
      return answer != Answer::too_far && count < writes.size();
    }
    EventId choose(Machine& m) const { return writes[m.choose(model::ChoiceKind::load, count)]; }
  };

  // Answers a read: with something new, if it must.
  EventId choose(Machine& m, Access a, Options& options) {
    const EventId known = notices_.known(m.current(), a.address);
    if (known != no_event && notices_.is_last_chance(m.current())) {
      auto* const end = options.writes.begin() + options.count;
      auto* const kept = std::remove(options.writes.begin(), end, known);
      if (kept != options.writes.begin()) {
        options.count = static_cast<std::uint32_t>(kept - options.writes.begin());
      }
    }
    const EventId chosen = options.choose(m);
    if (known != no_event) notices_.answered(m.current(), chosen == known);
    return chosen;
  }

  // The location of an access; then the fence before it.
  std::uint32_t prepare(Machine& m, Access a, Marks fence) {
    recorder_.require_room();
    if ((a.address & 7) + a.size > 8) {
      m.violate("tool.limit",
                std::string("an atomic access that is not aligned, under ") + model_.name);
    }
    std::uint32_t location = log_.locate(a.address, a.size);
    if (!log_.is_as_left(location)) [[unlikely]]
      location = adopt(location);
    recorder_.append_fence(m.current(), fence);
    return location;
  }

  // Code that is not seen has written, as libraries do that share a count with the program: like a
  // read-modify-write, which keeps up what others released, and which no thread can have missed.
  std::uint32_t adopt(std::uint32_t location) {
    const EventId before = log_.location(location).newest;
    const std::uint32_t fresh = log_.renew(location);
    if (log_[before].released) clocks_.repeat(log_.location(fresh).newest, before);
    log_.mut(log_.location(fresh).newest).released = log_[before].released;
    return fresh;
  }

  bool is_updated(EventId w) const {
    const EventId newer = log_[w].newer;
    return newer != no_event && log_[newer].updates;
  }

  // Calls f(write), the newest first, for all that may not have been overwritten for the running
  // thread, until f says to stop.
  template <class F>
  void older_than_newest(Machine& m, std::uint32_t location, F f) const {
    EventId w = log_.location(location).newest;
    while (w != no_event && f(w)) {
      if (clocks_.is_seen(m.current(), w) || notices_.must_see(m.current(), w)) return;
      w = log_[w].older;
    }
  }

  // Whether the axioms let the event be.
  Answer judge(Machine& m, EventId event, bool newest) {
    if (newest) return Answer::yes;
    graph::Window window(log_);
    if (!window.collect(event)) {
      m.bounds_hit.add(Bound::window);
      return Answer::too_far;
    }
    return model_.allows(window.execution()) ? Answer::yes : Answer::no;
  }

  // An event has been added, which reads or is `write`.
  void note_independence(Machine& m, EventId event, EventId write) {
    if (log_[write].newer == no_event || !recorder_.is_processor() || *independent_) return;
    graph::Window window(log_);
    window.collect(event);
    if (!model_.allows(window.with_all_dependencies())) m.space.mut(*independent_) = true;
  }

  // The write of a read-modify-write, directly behind the one that was read.
  EventId append_update(Machine& m, Access a, EventId read, const Update& update) {
    const auto how = recorder_.mapping(axioms::Operation::read_modify_write, a.order);
    Event e = recorder_.access(Kind::write, a, how.write);
    e.updates = true;
    e.computes = update.computes;
    e.compares = update.expected != nullptr;
    e.location = log_[log_[read].source].location;
    const EventId write = recorder_.append(m.current(), e);
    log_.insert_behind(write, log_[read].source);
    return write;
  }

  std::uint64_t finish_read(Machine& m, Access a, EventId read, EventId source,
                            const axioms::Mapped& how) {
    log_.set_source(read, source);
    const std::uint64_t value = log_.value_at(source, a.address, a.size);
    log_.mut(read).value = value;
    clocks_.read(m.current(), source, a.order);
    note_independence(m, read, source);
    m.touches(a.address, a.size, model::AccessKind::read);
    recorder_.fence_behind(m.current(), how);
    return value;
  }

  // `updated`: what a read-modify-write read, whose release sequence it continues.
  void finish_write(Machine& m, Access a, EventId write, EventId updated) {
    clocks_.write(m.current(), write, a.order, updated);
    note_independence(m, updated != no_event ? log_[write].before : write, write);
    log_.mut(write).released = true;
    m.writes(a.address, a.size);
    if (log_[write].newer != no_event) return;
    m.space.touch(a.address, a.size);
    write_value(a.address, a.size, log_[write].value);
    m.changed(a.address, a.size);
  }

  const axioms::Axioms& model_;
  graph::Recorder recorder_;
  graph::EventLog& log_;
  graph::Clocks clocks_;
  graph::Notices notices_;
  graph::Handovers handovers_;
  bool* independent_;  // the answer to needs_independent_loads(); journaled
};

}  // namespace

MemoryModel* make_graph_memory(Machine& m, std::string_view axioms) {
  return new GraphMemory(m, *axioms::find_axioms(axioms));
}
MemoryModel* make_rc11(Machine& m) { return make_graph_memory(m, "rc11"); }
MemoryModel* make_armv8(Machine& m) { return make_graph_memory(m, "armv8"); }
MemoryModel* make_power(Machine& m) { return make_graph_memory(m, "power"); }

}  // namespace sim
