// The background sweeper: a goroutine, or in programs without goroutines a thread of its own
// (original: bgsweep, and what gc does to start it; facts 10.13).
#include "runtime_core/gc/internal.h"

namespace runtime_core {

// One step of bgsweep: false when every span has been claimed.
bool bgsweep_step(M* mp) {
  if (gosweepone(mp) == sweep_nothing_left) return false;
  work_of(mp).sweep.nbgsweep.fetch_add(1, relaxed);
  return true;
}

// A thread of its own. Returns once the runtime exits.
void bgsweep(M* mp) {
  SweepData& sweep = work_of(mp).sweep;
  for (;;) {
    while (bgsweep_step(mp)) safepoint(mp);
    lock(mp, &sweep.lock);
    const bool exiting = mp->rt->exiting.load(seq_cst) != 0;
    if (!exiting && !gosweepdone(mp)) {
      // A new cycle began between the last step and the lock.
      unlock(mp, &sweep.lock);
      continue;
    }
    if (!exiting) {
      noteclear(&sweep.park);
      sweep.parked = true;
    }
    sweep.started = true;
    unlock(mp, &sweep.lock);
    if (exiting) return;
    notesleepg(mp, &sweep.park);
  }
}

namespace {

// Original: bgsweep.
void bgsweep_goroutine(G* gp, void*) {
  SweepData& sweep = work_of(gp->m).sweep;
  gp->issystem = true;
  for (;;) {
    while (bgsweep_step(gp->m)) gosched(gp);
    prologue(gp);  // of what the original calls to take the lock
    lock(gp->m, &sweep.lock);
    if (rules().bgsweep_looks_again && !gosweepdone(gp->m)) {
      // A new cycle began between the last step and the lock, when we were not parked.
      unlock(gp->m, &sweep.lock);
      continue;
    }
    sweep.parked = true;
    goparkunlock(gp, &sweep.lock, "GC sweep wait");
  }
}

}  // namespace

void start_bgsweep(M* mp) {
  SweepData& sweep = work_of(mp).sweep;
  const bool goroutines = mp->rt->sched.runs_goroutines;
  lock(mp, &sweep.lock);
  const bool wake = sweep.parked;
  sweep.parked = false;
  if (goroutines && wake) ready(mp, sweep.g);
  if (goroutines && !sweep.started) {
    sweep.started = true;
    sweep.g = newproc(mp, bgsweep_goroutine, nullptr);
  }
  unlock(mp, &sweep.lock);
  if (!goroutines && wake) notewakeup(mp, &sweep.park);
}

}  // namespace runtime_core
