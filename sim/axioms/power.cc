// Power: not multi-copy atomic, a write reaches other threads one by one (Alglave, Maranget and
// Tautschnig, "Herding cats", TOPLAS 2014).
//
// sync and lwsync are cumulative: they order what their thread has seen, too.
#include "sim/axioms/axioms.h"

namespace sim::axioms {
namespace {

// Preserved program order. Each access has an initiation and a commit; ii, ic, ci, cc order one of
// the first access before one of the second, and are the least relations with these rules.
Relation preserved(const Execution& x) {
  const EventSet m = x.accesses();
  const Relation here = x.po & x.same_location;
  const Relation fre = x.external(x.fr()), coe = x.external(x.co), rfe = x.external(x.rf);
  const Relation dependent = x.addr | x.data;
  const Relation after_isync = x.ctrl.to(x.is(Mark::isync)) >> x.po.from(x.is(Mark::isync)).to(m);
  const Relation ci0 = after_isync | (here & (coe >> rfe));
  const Relation ii0 = dependent | x.internal(x.rf) | (here & (fre >> rfe));
  const Relation cc0 = dependent | here | x.ctrl.to(m) | (x.addr >> x.po.to(m));
  Relation ii = ii0, ic = x.none(), ci = ci0, cc = cc0;
  for (bool grows = true; grows;) {
    const Relation next_ci = ci0 | (ci >> ii) | (cc >> ci);
    const Relation next_ii = ii0 | ci | (ic >> ci) | (ii >> ii);
    const Relation next_cc = cc0 | ci | (ci >> ic) | (cc >> cc);
    const Relation next_ic = ii | cc | (ic >> cc) | (ii >> ic);
    grows = !(next_ci == ci && next_ii == ii && next_cc == cc && next_ic == ic);
    ci = next_ci, ii = next_ii, cc = next_cc, ic = next_ic;
  }
  return ii.from(x.reads).to(x.reads) | ic.from(x.reads).to(x.writes);
}

}  // namespace

bool power_allows(const Execution& x) {
  const EventSet r = x.reads, w = x.writes, m = x.accesses();
  const Relation fre = x.external(x.fr()), coe = x.external(x.co), rfe = x.external(x.rf);
  const Relation strong = x.across(x.is(Mark::sync)).from(m).to(m);
  const Relation lwsync = x.across(x.is(Mark::lwsync)).from(m).to(m) - x.product(w, r);
  const Relation eieio = x.across(x.is(Mark::eieio)).from(w).to(w);
  const Relation fences = strong | lwsync | eieio;
  if (!coherent(x) || !atomic(x)) return false;

  const Relation hb = preserved(x) | fences | rfe;
  if (!hb.acyclic()) return false;  // nothing out of thin air
  const Relation later = hb.star();
  const Relation base = (fences | (rfe >> fences)) >> later;
  const Relation seen = (rfe | fre | coe | (fre >> rfe) | (coe >> rfe)).maybe();
  const Relation prop = base.from(w).to(w) | (seen >> base.star() >> strong >> later);
  const EventSet exclusive = x.is(Mark::exclusive);
  return (x.co | prop).acyclic() && (fre >> prop >> later).irreflexive() &&
         (x.co | x.po.from(exclusive).to(exclusive)).acyclic();
}

}  // namespace sim::axioms
