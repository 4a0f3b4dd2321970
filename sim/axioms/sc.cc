// Sequential consistency: one order of all accesses explains what every read saw (Lamport, IEEE
// ToC 1979).
#include "sim/axioms/axioms.h"

namespace sim::axioms {

bool sc_allows(const Execution& x) { return atomic(x) && (x.po | x.rf | x.co | x.fr()).acyclic(); }

}  // namespace sim::axioms
