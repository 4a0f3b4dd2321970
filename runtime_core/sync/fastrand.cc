// The per-thread pseudo-random sequence: one step (original: fastrand1).
#include "runtime_core/sync/fastrand.h"

#include "runtime_core/runtime.h"

namespace runtime_core {

u32 fastrand1(M* mp) {
  mp->fastrand = fastrand_step(mp->fastrand);
  return mp->fastrand;
}

}  // namespace runtime_core
