// The concurrent phases: the stacks are scanned, the write barrier is installed and the heap is
// marked while the program runs (original: the block of gogc that is compiled out, gcscan_m,
// gcmark_m, gcinstallmarkwb_m, gcinstalloffwb_m).
//
// What they leave white is marked in the stopped world that follows, from all roots once more: a
// store shades what it stores, so a reachable white object is reachable from a stack, from a global
// or from a grey object.
//
// Threads: the M that has stopped the world, on g0. It keeps its P in between, and its goroutine
//   waits; m.gcing keeps others from taking the P away.
// Ordering: the world is stopped around the installation of the barrier, so that each P has seen
//   the phase before an object turns black.
#include "runtime_core/gc/internal.h"

namespace runtime_core {

namespace {

void note_phase(GcPhase phase) { event(Event::gc_phase, static_cast<u64>(phase)); }

// Original: gcscan_m. Greys what stacks and globals refer to, by one marker. Who runs is left out.
void gcscan(M* mp) {
  Work& work = work_of(mp);
  G* gp = mp->curg.load(relaxed);
  casgstatus(gp, g_running, g_waiting);
  gp->waitreason = "garbage collection scan";
  snapshot_goroutines(mp);
  work.nwait.store(0, relaxed);
  work.ndone.store(0, relaxed);
  work.nproc = 1;
  const GcPhase oldphase = gcphase_of(mp);
  set_gcphase(mp, GcPhase::scan);
  parforsetup(mp, &work.markfor, 1, root_jobs(mp), nullptr, false, markroot);
  parfordo(mp, &work.markfor);
  for (u32 i = 0; i < work.nallgs; i++) {
    if (!work.allgs[i]->gcworkdone.load(acquire)) throw_("scan missed a g");
  }
  set_gcphase(mp, oldphase);
  casgstatus(gp, g_waiting, g_running);
}

// Where the original is between two phases, on the goroutine's own stack.
void between_phases(M* mp) {
  if (rules().gcing_pins) return;
  G* gp = mp->curg.load(relaxed);
  mp->g = gp;
  prologue(gp);
  if (gp->m != mp) throw_("gogc: rescheduled");
  mp->g = &mp->g0;
}

}  // namespace

// Programs that are bound to their Ms have no stacks to scan, and store without barriers.
bool marks_concurrently(M* mp) {
  return tuning().concurrent_mark != 0 && mp->rt->sched.runs_goroutines;
}

void mark_concurrently(M* mp) {
  note_phase(GcPhase::scan);  // while nobody is between two steps of an operation
  starttheworld(mp);
  between_phases(mp);
  gcscan(mp);
  if (rules().wb_stops_to_install) stoptheworld(mp);
  set_gcphase(mp, GcPhase::mark);
  note_phase(GcPhase::mark);
  if (rules().wb_stops_to_install) starttheworld(mp);
  scanblock(mp, 0, 0, nullptr);  // original: gcmark_m
  stoptheworld(mp);
  set_gcphase(mp, GcPhase::off);
  note_phase(GcPhase::off);
}

}  // namespace runtime_core
