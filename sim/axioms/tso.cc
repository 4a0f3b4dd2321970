// Total store order (x86): a write may be delayed past later reads of its thread, no more (Owens,
// Sarkar and Sewell, TPHOLs 2009).
//
// A locked instruction is a fence on both of its sides.
#include "sim/axioms/axioms.h"

namespace sim::axioms {

bool tso_allows(const Execution& x) {
  const EventSet locked = x.is(Mark::atomic);
  const Relation write_to_read = x.po.from(x.writes).to(x.reads);
  const Relation kept = x.po.from(x.accesses()).to(x.accesses()) - write_to_read;
  const Relation fenced = x.across(x.is(Mark::mfence));
  const Relation beside_locked = write_to_read.from(locked) | write_to_read.to(locked);
  const Relation order = kept | fenced | beside_locked | x.external(x.rf) | x.co | x.fr();
  return coherent(x) && atomic(x) && order.acyclic();
}

}  // namespace sim::axioms
