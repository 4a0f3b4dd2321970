// C++20 atomics, as RC11 (Lahav, Vafeiadis, Kang, Hur and Dreyer, "Repairing sequential consistency
// in C/C++11", PLDI 2017).
//
// It forbids cycles of program order and reads-from, as does the simulated program, which runs in
// program order: load buffering of relaxed accesses, which the standard allows, does not happen.
#include "sim/axioms/axioms.h"

namespace sim::axioms {
namespace {

// A write, and the read-modify-writes that follow it, head a release sequence.
Relation synchronises_with(const Execution& x) {
  const EventSet fences = x.is(Mark::fence);
  const EventSet releasing = x.is(Mark::release) | x.is(Mark::acq_rel) | x.is(Mark::seq_cst);
  const EventSet acquiring = x.is(Mark::acquire) | x.is(Mark::acq_rel) | x.is(Mark::seq_cst);
  const EventSet atomics = (releasing | acquiring | x.is(Mark::relaxed)) & ~fences;
  const Relation same_place = (x.po & x.same_location).maybe();
  const Relation sequence =
      x.only(x.writes) >> same_place >> x.only(x.writes & atomics) >> (x.rf >> x.rmw).star();
  const Relation before = x.only(x.accesses() | fences) | x.po.from(fences);
  const Relation after = x.only(x.accesses() | fences) | x.po.to(fences);
  return (before.from(releasing) >> sequence >> x.rf.to(atomics) >> after).to(acquiring);
}

}  // namespace

bool rc11_allows(const Execution& x) {
  const Relation everything = x.only(x.accesses() | x.is(Mark::fence));
  const EventSet sc = x.is(Mark::seq_cst);
  const EventSet sc_fences = sc & x.is(Mark::fence);
  const Relation fr = x.fr();
  const Relation eco = (x.rf | x.co | fr).plus();
  const Relation hb = (x.po | synchronises_with(x)).plus();
  if (!(hb >> eco.maybe()).irreflexive() || !(x.rmw >> eco).irreflexive()) return false;
  if (!(x.rmw & (fr >> x.co)).empty()) return false;
  if (!(x.po | x.rf).acyclic()) return false;

  const Relation elsewhere = x.po - x.same_location;
  const Relation between =
      x.po | (elsewhere >> hb >> elsewhere) | (hb & x.same_location) | x.co | fr;
  const Relation start = everything.from(sc) | hb.maybe().from(sc_fences);
  const Relation end = everything.to(sc) | hb.maybe().to(sc_fences);
  const Relation of_fences = (hb | (hb >> eco >> hb)).from(sc_fences).to(sc_fences);
  return ((start >> between >> end) | of_fences).acyclic();
}

}  // namespace sim::axioms
