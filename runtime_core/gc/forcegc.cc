// The goroutine that collects when nobody else has for long, at sysmon's request (original:
// forcegchelper, and the part of sysmon that wakes it; facts §17.15).
//
// Threads: the goroutine; sysmon. Ordering: `idle` is said under the lock, which the goroutine
// releases once it is parked.
#include "runtime_core/gc/internal.h"
#include "runtime_core/os/print.h"

namespace runtime_core {

namespace {

void forcegchelper(G* gp, void*) {
  ForceGc& forcegc = gp->m->rt->forcegc;
  forcegc.g = gp;
  gp->issystem = true;
  for (;;) {
    lock(gp->m, &forcegc.lock);
    if (forcegc.idle.load(relaxed) != 0) throw_("forcegc: phase error");
    forcegc.idle.store(1, seq_cst);
    goparkunlock(gp, &forcegc.lock, "force gc (idle)");
    if (gp->m->rt->debug.gctrace > 0) PrintBuffer().text("GC forced\n").write();
    gogc(gp->m, 1);
  }
}

// Nobody has collected for a period. `now` is walltime(), as the time of the last collection is.
bool is_overdue(M* mp, i64 period, i64 now) {
  const auto last = static_cast<i64>(memstats_of(mp).last_gc.load(seq_cst));
  return last != 0 && now - last > period;
}

}  // namespace

// Original: an init function of the runtime, on the main goroutine.
void start_forcegc(M* mp) { newproc(mp, forcegchelper, nullptr); }

void forcegc_if_overdue(M* mp, i64 period, i64 now) {
  ForceGc& forcegc = mp->rt->forcegc;
  if (!is_overdue(mp, period, now) || forcegc.idle.load(seq_cst) == 0) return;
  lock(mp, &forcegc.lock);
  forcegc.idle.store(0, relaxed);
  forcegc.g->schedlink = nullptr;
  injectglist(mp, forcegc.g);
  unlock(mp, &forcegc.lock);
}

}  // namespace runtime_core
