// Lending idle Ms to the collector (original: proc.go, gcprocs..helpgc; facts 10.4).
#include "runtime_core/os/os.h"
#include "runtime_core/runtime.h"
#include "runtime_core/sched/sched.h"

namespace runtime_core {

namespace {

// Markers worth having, from the three limits and the idle Ms. REQUIRES: sched lock.
i32 useful_procs(M* mp) {
  i32 n = count_ps(mp);
  if (n > mp->rt->ncpu) n = mp->rt->ncpu;
  const i32 most = static_cast<i32>(tuning().max_gcproc);
  if (n > most) n = most;
  return n > max_gcproc ? max_gcproc : n;
}

}  // namespace

// Original: gcprocs. How many threads will mark.
u32 gcprocs(M* mp) {
  Sched& sched = mp->rt->sched;
  lock(mp, &sched.lock);
  i32 n = useful_procs(mp);
  if (n > sched.nmidle + 1) n = sched.nmidle + 1;  // idle Ms and this one
  unlock(mp, &sched.lock);
  return static_cast<u32>(n < 1 ? 1 : n);
}

// Original: needaddgcproc. Whether one more M would have been of use.
bool needaddgcproc(M* mp) {
  Sched& sched = mp->rt->sched;
  lock(mp, &sched.lock);
  const bool need = useful_procs(mp) > sched.nmidle + 1;
  unlock(mp, &sched.lock);
  return need;
}

// Original: helpgc. Wakes nproc - 1 idle Ms, each with the cache of a P that is not ours: the
// Ps are stopped, so nobody else uses them.
void helpgc(M* mp, u32 nproc) {
  Sched& sched = mp->rt->sched;
  lock(mp, &sched.lock);
  i32 pos = 0;
  for (u32 n = 1; n < nproc; n++) {
    if (p_at(mp, pos)->mcache == mp->mcache) pos++;
    M* helper = mget(mp);
    if (helper == nullptr) throw_("gcprocs inconsistency");
    helper->helpgc = static_cast<i32>(n);
    helper->mcache = p_at(mp, pos)->mcache;
    pos++;
    notewakeup(mp, &helper->park);
  }
  unlock(mp, &sched.lock);
}

}  // namespace runtime_core
