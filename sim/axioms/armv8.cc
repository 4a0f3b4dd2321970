// Armv8-A (AArch64), normal cacheable memory: other-multi-copy atomic (Arm Architecture Reference
// Manual, B2.3; Pulte et al., "Simplifying ARM concurrency", POPL 2018).
//
// A write that another thread sees is seen by all. Order within a thread comes from dependencies,
// barriers, acquire and release accesses and read-modify-writes.
#include "sim/axioms/axioms.h"

namespace sim::axioms {
namespace {

// Dependencies, extended by values that go through the thread's own memory: what a read takes from
// the latest write before it to the same location depends on what that write depends on.
struct Dependencies {
  Relation addr, data, ctrl;
};

Dependencies extend(const Execution& x, const Relation& through) {
  const Relation first = through.star();
  return {first >> x.addr, first >> x.data, first >> x.ctrl};
}

// From a write to the reads behind it of the same location with no write between.
Relation local_reads(const Execution& x) {
  const Relation here = x.po & x.same_location;
  return here.from(x.writes).to(x.reads) - (here.to(x.writes) >> here.from(x.writes));
}

Relation ordered_by_dependencies(const Execution& x, const Relation& local) {
  const EventSet w = x.writes, m = x.accesses();
  const EventSet isb = x.is(Mark::isb);
  const Dependencies d = extend(x, (x.data | x.computes) >> local);
  // What hangs on a comparison as well; that orders no later read without an ISB.
  const Dependencies picked = extend(x, (x.data | x.computes | x.compares) >> local);
  return d.addr | ((d.addr | d.data) >> local) | picked.addr.to(w) | picked.data |
         picked.ctrl.to(w) | (picked.addr >> x.po.to(w)) | (picked.ctrl.to(isb) >> x.po.from(isb)) |
         (picked.addr.to(m) >> x.across(isb));
}

Relation ordered_by_barriers(const Execution& x) {
  const EventSet r = x.reads, w = x.writes, m = x.accesses();
  const EventSet acquire = x.is(Mark::acquire) & r, release = x.is(Mark::release) & w;
  const EventSet strong = (x.rmw.from(acquire).to(release)).range() & x.is(Mark::atomic);
  return x.across(x.is(Mark::dmb_full)).from(m).to(m) |
         x.across(x.is(Mark::dmb_ld)).from(r & ~x.is(Mark::no_return)).to(m) |
         x.across(x.is(Mark::dmb_st)).from(w).to(w) |
         x.po.from(acquire | (x.is(Mark::acquire_pc) & r)).to(m) | x.po.from(m).to(release) |
         x.po.from(release).to(acquire) | x.po.from(strong).to(m);
}

}  // namespace

bool armv8_allows(const Execution& x) {
  const EventSet r = x.reads, w = x.writes, m = x.accesses();
  const Relation fr = x.fr(), here = x.po & x.same_location;
  const Relation seen_later = fr | x.co;
  const Relation local = local_reads(x);
  const EventSet acquiring = (x.is(Mark::acquire) | x.is(Mark::acquire_pc)) & r;
  const Relation by_rmw = x.rmw | (x.rmw >> local.to(acquiring));
  const Relation by_writes = here.from(m).to(w);
  const Relation in_thread =
      (ordered_by_dependencies(x, local) | ordered_by_barriers(x) | by_rmw | by_writes);
  const Relation hazard = here.from(r).to(r) >> x.external(seen_later).to(w);
  const Relation observed = x.external(x.rf) | x.external(seen_later);
  if (!(in_thread | hazard | observed).acyclic() || !coherent(x)) return false;
  const Relation broken = x.rmw & (fr >> x.co);
  return (broken - (x.internal(fr) >> x.internal(x.co))).empty();
}

}  // namespace sim::axioms
