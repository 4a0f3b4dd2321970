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

#include "sim/axioms/axioms.h"
#include "sim/axioms/mapping.h"
#include "sim/graph/clocks.h"
#include "sim/graph/notice.h"
#include "sim/graph/window.h"
#include "sim/machine.h"
#include "sim/value.h"

namespace sim {
namespace {

using axioms::Mark;
using axioms::Marks;
using graph::Event;
using graph::EventId;
using graph::Kind;
using graph::no_event;

constexpr std::uint64_t object_bytes_max = 256;  // reached through a pointer that was loaded
constexpr std::uint32_t full = __ATOMIC_SEQ_CST;

Mark mark_of(std::uint32_t order) {
  switch (order) {
    case __ATOMIC_RELAXED:
      return Mark::relaxed;
    case __ATOMIC_CONSUME:
    case __ATOMIC_ACQUIRE:
      return Mark::acquire;
    case __ATOMIC_RELEASE:
      return Mark::release;
    case __ATOMIC_ACQ_REL:
      return Mark::acq_rel;
    default:
      return Mark::seq_cst;
  }
}

class GraphMemory final : public MemoryModel {
 public:
  GraphMemory(Machine& m, const axioms::Axioms& model)
      : model_(model),
        log_(m.space, m.options.threads + 1),
        clocks_(m, log_),
        notices_(m.space, log_) {
    handovers_ = static_cast<std::uint64_t*>(m.space.allocate_tool(8 * (m.options.threads + 1)));
    independent_ = static_cast<bool*>(m.space.allocate_tool(1));
  }

  bool keeps_values() const override { return true; }
  bool needs_independent_loads() const override { return *independent_; }

  std::uint64_t load(Machine& m, Access a) override {
    const auto how = mapping(axioms::Operation::load, a.order);
    const std::uint32_t location = prepare(m, a, how.before);
    const EventId read = append(m, m.current(), access(m, Kind::read, a, how.read));
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
    const auto how = mapping(axioms::Operation::store, a.order);
    const std::uint32_t location = prepare(m, a, how.before);
    Event e = access(m, Kind::write, a, how.write);
    e.value = value;
    e.location = location;
    const EventId write = append(m, m.current(), e);
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
    const auto how = mapping(axioms::Operation::read_modify_write, a.order);
    const std::uint32_t location = prepare(m, a, how.before);
    const EventId read = append(m, m.current(), access(m, Kind::read, a, how.read));
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
      if (!is_processor()) log_.mut(read).marks = axioms::mark(mark_of(a.order));
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
    fence_behind(m, mapping(axioms::Operation::read_modify_write, a.order));
  }

  void fence(Machine& m, std::uint32_t order) override {
    if (!log_.has_room()) no_room(m);
    append_fence(m, m.current(), mapping(axioms::Operation::fence, order).before);
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
      if (!log_.has_room()) no_room(m);
      log_.settle(l);
      const auto size = static_cast<std::uint32_t>(high - low);
      Event e = access(m, Kind::write, {low, size, __ATOMIC_RELAXED}, 0);
      e.location = l;
      e.pending = true;
      log_.insert_behind(append(m, m.current(), e), log_.location(l).newest);
    });
  }

  void kernel_reads(Machine& m, std::uint64_t address, std::uint32_t bytes) override {
    const Access a{address, bytes, __ATOMIC_RELAXED};
    const std::uint32_t location = prepare(m, a, 0);
    const auto how = mapping(axioms::Operation::load, a.order);
    const EventId read = append(m, m.current(), access(m, Kind::read, a, how.read));
    log_.set_source(read, log_.location(location).newest);
  }

  // As if one stored and the other read that, with full fences.
  void order(Machine& m, std::uint32_t before, std::uint32_t after) override {
    const auto address = reinterpret_cast<std::uint64_t>(handovers_ + after);
    const Access a{address, 8, __ATOMIC_RELAXED};
    const Marks fence = mapping(axioms::Operation::fence, full).before;
    const std::uint32_t location = prepare(m, a, 0);
    append_fence(m, before, fence);
    Event e = access(m, Kind::write, a, mapping(axioms::Operation::store, a.order).write);
    e.location = location;
    const EventId write = append(m, before, e);
    log_.insert_behind(write, log_.location(location).newest);
    e = access(m, Kind::read, a, mapping(axioms::Operation::load, a.order).read);
    log_.set_source(append(m, after, e), write);
    append_fence(m, after, fence);
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

  bool is_processor() const {
    return axioms::mapped(model_.name, axioms::Operation::load, Mark::relaxed).has_value();
  }
  axioms::Mapped mapping(axioms::Operation operation, std::uint32_t order) const {
    const auto hardware = axioms::mapped(model_.name, operation, mark_of(order));
    if (hardware) return *hardware;
    const Marks marks = axioms::mark(mark_of(order));
    if (operation == axioms::Operation::fence) return {.before = marks | axioms::mark(Mark::fence)};
    return {.read = marks, .write = marks};
  }

  [[noreturn]] void no_room(Machine& m) const {
    m.violate("tool.limit", std::string("an execution with too many accesses for ") + model_.name);
  }

  // The location of an access; then the fence before it.
  std::uint32_t prepare(Machine& m, Access a, Marks fence) {
    if (!log_.has_room()) no_room(m);
    if ((a.address & 7) + a.size > 8) {
      m.violate("tool.limit",
                std::string("an atomic access that is not aligned, under ") + model_.name);
    }
    const std::uint32_t location = log_.locate(a.address, a.size);
    if (fence != 0) append_fence(m, m.current(), fence);
    return location;
  }

  EventId append(Machine& m, std::uint32_t thread, Event e) {
    e.thread = static_cast<std::uint8_t>(thread);
    e.time = m.races.clock_of(thread)[thread];
    return log_.append(e);
  }
  void append_fence(Machine& m, std::uint32_t thread, Marks marks) {
    if (marks == 0) return;
    Event e;
    e.marks = marks;
    append(m, thread, e);
  }
  Event access(Machine& m, Kind kind, Access a, Marks marks) const {
    Event e;
    e.kind = kind;
    e.address = a.address;
    e.bytes = static_cast<std::uint8_t>(a.size);
    e.marks = marks;
    e.address_from = pointers_to(m.current(), a.address);
    return e;
  }
  // The thread's reads of a pointer that leads to the address.
  std::uint64_t pointers_to(std::uint32_t thread, std::uint64_t address) const {
    std::uint64_t found = 0;
    EventId at = log_.last_of(thread);
    for (std::uint32_t i = 0; i < 64 && at != no_event; i++, at = log_[at].before) {
      const Event& r = log_[at];
      if (r.kind != Kind::read || r.bytes != 8) continue;
      if (in_region(r.value) && address - r.value < object_bytes_max)
        found |= std::uint64_t{1} << i;
    }
    return found;
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
      m.window_bound_hit = true;
      return Answer::too_far;
    }
    return model_.allows(window.execution()) ? Answer::yes : Answer::no;
  }

  // An event has been added, which reads or is `write`.
  void note_independence(Machine& m, EventId event, EventId write) {
    if (log_[write].newer == no_event || !is_processor() || *independent_) return;
    graph::Window window(log_);
    window.collect(event);
    if (!model_.allows(window.with_all_dependencies())) m.space.mut(*independent_) = true;
  }

  // The write of a read-modify-write, directly behind the one that was read.
  EventId append_update(Machine& m, Access a, EventId read, const Update& update) {
    const auto how = mapping(axioms::Operation::read_modify_write, a.order);
    Event e = access(m, Kind::write, a, how.write);
    e.updates = true;
    e.computes = update.computes;
    e.compares = update.expected != nullptr;
    e.location = log_[log_[read].source].location;
    const EventId write = append(m, m.current(), e);
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
    fence_behind(m, how);
    return value;
  }

  void fence_behind(Machine& m, const axioms::Mapped& how) {
    if (how.behind == 0) return;
    append_fence(m, m.current(), how.behind);
    log_.mut(log_.last_of(m.current())).branches = how.branches;
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
  graph::EventLog log_;
  graph::Clocks clocks_;
  graph::Notices notices_;
  bool* independent_;         // the answer to needs_independent_loads(); journaled
  std::uint64_t* handovers_;  // by thread, locations that stand for being started
};

}  // namespace

MemoryModel* make_rc11(Machine& m) { return new GraphMemory(m, *axioms::find_axioms("rc11")); }
MemoryModel* make_armv8(Machine& m) { return new GraphMemory(m, *axioms::find_axioms("armv8")); }
MemoryModel* make_power(Machine& m) { return new GraphMemory(m, *axioms::find_axioms("power")); }

}  // namespace sim
