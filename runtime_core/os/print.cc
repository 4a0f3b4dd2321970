// The lock that keeps the lines of one print together (original: print1.go; facts §27).
#include "runtime_core/os/print.h"

#include "runtime_core/runtime.h"

namespace runtime_core {

// Recursive by a count of the M. As committed nothing pins the M between count and lock
// (facts B-11); a thread is preempted at safe points alone, and here is none.
void printlock(M* mp) {
  mp->printlock++;
  if (mp->printlock == 1) lock(mp, &mp->rt->debuglock);
}

void printunlock(M* mp) {
  mp->printlock--;
  if (mp->printlock == 0) unlock(mp, &mp->rt->debuglock);
}

}  // namespace runtime_core
