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
// Ordering: the world is stopped around the installation of the barrier, or each P is waited for,
//   so that each has seen the phase before an object turns black.
#include "runtime_core/gc/internal.h"

namespace runtime_core {

namespace {

void note_phase(GcPhase phase) { event(Event::gc_phase, static_cast<u64>(phase)); }

// Marks from all roots, by one marker, while the world runs. The goroutine that collects waits, so
// that its stack is scanned like any other.
void mark_roots_beside(M* mp) {
  Work& work = work_of(mp);
  G* gp = mp->curg.load(relaxed);
  casgstatus(gp, g_running, g_waiting);
  gp->waitreason = "garbage collection scan";
  snapshot_goroutines(mp);
  work.nwait.store(0, relaxed);
  work.ndone.store(0, relaxed);
  work.nproc = 1;
  const bool sets_phase = gcphase_of(mp) == GcPhase::off;
  if (sets_phase) set_gcphase(mp, GcPhase::scan);
  parforsetup(mp, &work.markfor, 1, root_jobs(mp), nullptr, false, markroot);
  parfordo(mp, &work.markfor);
  for (u32 i = 0; i < work.nallgs; i++) {
    if (!work.allgs[i]->gcworkdone.load(acquire)) throw_("scan missed a g");
  }
  if (sets_phase) set_gcphase(mp, GcPhase::off);
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

void acknowledge(M*, P*) {}

// Header steps 3 and 4: no object turns black before each P has come by a point where it is in no
// barrier, and knows the phase.
void install_barrier(M* mp) {
  const bool waits = rules().wb_stops_to_install;
  const bool stops = waits && tuning().ragged_ack == 0;
  if (stops) stoptheworld(mp);
  set_gcphase(mp, GcPhase::mark);
  if (waits && !stops) for_each_p(mp, acknowledge);
  note_phase(GcPhase::mark);
  if (stops) starttheworld(mp);
}

// Header steps 8 to 12. New objects are black, so that what is reachable and white becomes less and
// less. A full cycle over all roots that began with an empty queue and has discovered nothing was
// the last one: whoever ran meanwhile could only get at marked objects. What a barrier has marked
// and not queued yet counts once it is queued, at the latest when the world has stopped.
void terminate_beside(M* mp) {
  Work& work = work_of(mp);
  set_gcphase(mp, GcPhase::marktermination);
  note_phase(GcPhase::marktermination);
  for (;;) {
    work.world_runs.store(true, relaxed);
    starttheworld(mp);
    do {
      work.discovered.store(0, seq_cst);
      scanblock(mp, 0, 0, nullptr);
      mark_roots_beside(mp);
      scanblock(mp, 0, 0, nullptr);
    } while (work.discovered.load(seq_cst) != 0);
    stoptheworld(mp);
    work.world_runs.store(false, relaxed);
    const bool queued = work.full.load(seq_cst) != 0 || work.partial.load(seq_cst) != 0;
    if (!queued && work.discovered.load(seq_cst) == 0) break;
  }
}

}  // namespace

// Programs that are bound to their Ms have no stacks to scan, and store without barriers.
bool marks_concurrently(M* mp) {
  return tuning().concurrent_mark != 0 && mp->rt->sched.runs_goroutines;
}

bool roots_are_marked(M* mp) {
  return tuning().concurrent_markterm != 0 && marks_concurrently(mp) && !work_of(mp).checkmark &&
         gcphase_of(mp) == GcPhase::marktermination && !others_run(mp);
}

void note_discovery(M* mp) {
  if (tuning().concurrent_markterm == 0) return;
  if (gcphase_of(mp) == GcPhase::marktermination) work_of(mp).discovered.fetch_add(1, seq_cst);
}

void mark_concurrently(M* mp) {
  note_phase(GcPhase::scan);  // while nobody is between two steps of an operation
  if (rules().scan_phase_while_stopped) set_gcphase(mp, GcPhase::scan);
  starttheworld(mp);
  between_phases(mp);
  mark_roots_beside(mp);  // original: gcscan_m, which leaves out who runs
  open_gcw(mp);
  install_barrier(mp);
  scanblock(mp, 0, 0, nullptr);  // original: gcmark_m
  if (tuning().cache_workbufs != 0) {
    close_gcw(mp);
    scanblock(mp, 0, 0, nullptr);
  }
  stoptheworld(mp);
  check_gcw(mp);
  if (tuning().concurrent_markterm != 0) terminate_beside(mp);
  set_gcphase(mp, GcPhase::off);
  note_phase(GcPhase::off);
}

}  // namespace runtime_core
