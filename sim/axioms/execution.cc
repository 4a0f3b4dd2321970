// The two demands that all models share.
#include "sim/axioms/execution.h"

namespace sim::axioms {

bool coherent(const Execution& x) {
  return ((x.po & x.same_location) | x.rf | x.co | x.fr()).acyclic();
}

bool atomic(const Execution& x) {
  return (x.rmw & (x.external(x.fr()) >> x.external(x.co))).empty();
}

}  // namespace sim::axioms
