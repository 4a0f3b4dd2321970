// One execution of a concurrent program as a graph: its events, and the relations between them that
// a memory model judges (Alglave, Maranget and Tautschnig, "Herding cats", TOPLAS 2014).
//
// A read-modify-write is a read and a write, the write after the read in program order.
#pragma once

#include <array>

#include "sim/axioms/relation.h"

namespace sim::axioms {

// What an event is besides a read or a write: fences, and the strength of accesses.
enum class Mark : std::uint8_t {
  initial,  // the write of an initial value: first in coherence order, of no thread
  // C11: the orders of accesses and fences; `fence` is a fence of one of these orders.
  relaxed,
  acquire,
  release,
  acq_rel,
  seq_cst,
  fence,
  // Hardware: LDAPR and its kin; one half of a read-modify-write by exclusives; a locked or
  // single-instruction read-modify-write; one whose loaded value is thrown away.
  acquire_pc,
  exclusive,
  atomic,
  no_return,
  // Fences of the architectures.
  mfence,
  dmb_full,
  dmb_ld,
  dmb_st,
  isb,
  sync,
  lwsync,
  eieio,
  isync,
  count_
};

// A set of marks.
using Marks = std::uint32_t;
constexpr Marks mark(Mark m) { return Marks{1} << static_cast<std::uint32_t>(m); }
static_assert(static_cast<std::uint32_t>(Mark::count_) <= 32);

struct Execution {
  explicit Execution(std::uint32_t size)
      : events(size),
        po(size),
        same_location(size),
        same_thread(size),
        addr(size),
        data(size),
        ctrl(size),
        rmw(size),
        computes(size),
        compares(size),
        rf(size),
        co(size) {}

  std::uint32_t events;
  EventSet reads = 0, writes = 0;
  std::array<EventSet, static_cast<std::size_t>(Mark::count_)> marked{};
  Relation po;             // program order, transitive
  Relation same_location;  // of accesses; includes each access itself
  Relation same_thread;    // of events but initial writes; includes each event itself
  // From a read to accesses whose address, or value, depends on it through registers, and to
  // events behind a branch that does.
  Relation addr, data, ctrl;
  Relation rmw;       // from the read to the write of one read-modify-write
  Relation computes;  // the part of rmw whose write stores what was computed from the read
  Relation compares;  // the part of rmw whose write happens because the read found what it expected
  Relation rf;        // from a write to the reads of its value
  Relation co;        // coherence order: the writes of one location, transitive

  EventSet is(Mark mark) const { return marked[static_cast<std::size_t>(mark)]; }
  EventSet accesses() const { return reads | writes; }
  Relation none() const { return Relation(events); }
  Relation only(EventSet set) const {
    Relation r(events);
    each(set, [&](std::uint32_t i) { r.add(i, i); });
    return r;
  }
  Relation product(EventSet a, EventSet b) const {
    Relation r(events);
    each(a, [&](std::uint32_t i) { r.add_all(i, b); });
    return r;
  }
  Relation external(const Relation& r) const { return r - same_thread; }
  Relation internal(const Relation& r) const { return r & same_thread; }
  // Between a read and the writes that overwrite what it read.
  Relation fr() const { return ~rf >> co; }
  // Program order with an event of the set between.
  Relation across(EventSet fences) const { return po.to(fences) >> po.from(fences); }
};

// What every model here demands: each location alone behaves as if it had no caches.
bool coherent(const Execution& x);
// No write of another thread comes between the two halves of a read-modify-write.
bool atomic(const Execution& x);

}  // namespace sim::axioms
