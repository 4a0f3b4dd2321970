// Stacks of goroutines as roots: a goroutine is held while its frames are scanned by their maps
// (original: scanframe, scanstack, gcphasework, stopg, restartg, the last part of markroot).
#include "runtime_core/gc/internal.h"
#include "runtime_core/stack/frame.h"

namespace runtime_core {

namespace {

void scan_words(M* mp, uintptr at, u32 words, const u8* map) {
  if (words == 0) return;
  if (map == nullptr) throw_("missing stackmap");
  scanblock(mp, at, words * ptr_size, map);
}

// Original: scanframe.
void scanframe(M* mp, const Frame& frame) {
  const Function* f = frame.function;
  if (frame.dead && rules().scanframe_skips_dead) return;
  if (frame.locals != 0) scan_words(mp, frame.locals, f->locals, f->locals_map);
  if (rules().scanframe_scans_arguments) scan_words(mp, frame.args, f->args, f->args_map);
}

void scan_frames(M* mp, G* gp) {
  event(Event::stack_scan, reinterpret_cast<u64>(gp), 1);
  for_each_frame(goroutine(gp), [&](const Frame& frame) { scanframe(mp, frame); });
  event(Event::stack_scan, reinterpret_cast<u64>(gp), 0);
  const Goroutine* g = goroutine(gp);
  if (g->waiting == nullptr && g->defers == nullptr) return;
  const auto roots = reinterpret_cast<uintptr>(&g->waiting);
  scan_words(mp, roots, goroutine_roots, pointer_words.bytes);
  // Original: tracebackdefers.
  for (Defer* d = g->defers; d != nullptr; d = d->link) {
    if (d->fn == nullptr) continue;
    scan_words(mp, reinterpret_cast<uintptr>(d->args()), d->fn->args, d->fn->args_map);
  }
}

// Who runs answers at its next prologue, and scans its own stack there. False: it runs no more.
bool ask_to_scan(G* gp) {
  // Held, so that it cannot leave "running" in between.
  if (!castogscanstatus(gp, g_running, g_running | g_scan)) return false;
  if (!gp->gcworkdone.load(acquire)) {
    gp->preemptscan.store(true, relaxed);
    gp->preempt.store(true, relaxed);
    gp->stackguard0.store(stack_preempt, relaxed);
  }
  casfrom_gscanstatus(gp, g_running | g_scan, g_running);
  return true;
}

enum class Asked : u8 { held, not_held, again };

// One look of stopg at a status.
Asked stop_by_status(M* mp, G* gp, u32 status) {
  switch (status) {
    case g_dead:
    case g_runnable | g_scan:
    case g_waiting | g_scan:
    case g_syscall | g_scan:
      return Asked::not_held;  // somebody else is at it
    case g_copystack:
      return Asked::again;
    case g_runnable:
    case g_syscall:
    case g_waiting:
      if (!castogscanstatus(gp, status, status | g_scan)) return Asked::again;
      gcphasework(mp, gp);
      return Asked::held;
    case g_running:
      if (gcphase_of(mp) == GcPhase::scan && !rules().scan_asks_running) {
        // Left alone: its stack is scanned when marking ends, as all are.
        if (!rules().scan_leaves_running_alone) scan_frames(mp, gp);
        gp->gcworkdone.store(true, release);
        return Asked::not_held;
      }
      return ask_to_scan(gp) ? Asked::not_held : Asked::again;
    default:
      throw_("stopg: gp->atomicstatus is not valid");
  }
}

// Original: the loops in which markroot waits for a goroutine. As committed (L11) only one that
// waits or is runnable is asked again, and who was not asked to stop may run on.
bool wait_until_scanned(M* mp, G* gp) {
  bool held = false;
  while (!gp->gcworkdone.load(acquire)) {
    const u32 status = readgstatus(gp);
    if (status == g_dead) {
      gp->gcworkdone.store(true, release);
      break;
    }
    const bool ask = rules().markroot_asks_again || status == g_waiting || status == g_runnable;
    if (ask) held = stopg(mp, gp);
    if (!held) procyield(1);
  }
  return held;
}

}  // namespace

// Who is added later, while the program runs, is found when marking ends.
void snapshot_goroutines(M* mp) {
  Work& work = work_of(mp);
  work.nallgs = 0;
  if (!mp->rt->sched.runs_goroutines) return;
  lock(mp, &mp->rt->allglock);
  work.allgs = mp->rt->allgs;
  work.nallgs = mp->rt->allglen;
  for (u32 i = 0; i < work.nallgs; i++) work.allgs[i]->gcworkdone.store(false, relaxed);
  unlock(mp, &mp->rt->allglock);
}

// Original: scanstack, which also looks whether the goroutine's M helps the collector; but who
// leaves a system call without a P may be writing gp->m just then.
void scanstack(M* mp, G* gp) {
  switch (readgstatus(gp) & ~g_scan) {
    case g_dead:
      return;
    case g_runnable:
    case g_syscall:
    case g_waiting:
      break;
    case g_running:
      throw_("scanstack: goroutine not stopped");
    default:
      throw_("mark - bad status");
  }
  if (gp == mp->g) throw_("can't scan our own stack");
  // Who waits for the scan to end may hold any lock of the scheduler's.
  if (!rules().scan_needs_no_sched_lock) {
    lock(mp, &mp->rt->sched.lock);
    unlock(mp, &mp->rt->sched.lock);
  }
  scan_frames(mp, gp);
}

void gcphasework(M* mp, G* gp) {
  const bool skips = tuning().skip_clean_stacks != 0;
  switch (gcphase_of(mp)) {
    case GcPhase::scan:
      // Before the scan: who sends to it while it waits writes to its stack first and takes this
      // back then, so that one of the two sees the other.
      if (skips) gp->gcscanvalid.store(true, seq_cst);
      scanstack(mp, gp);
      break;
    case GcPhase::marktermination:
      // What a clean stack refers to was marked when it was scanned.
      if (skips && !work_of(mp).checkmark && gp->gcscanvalid.load(seq_cst)) break;
      scanstack(mp, gp);
      break;
    default:
      break;
  }
  gp->gcworkdone.store(true, release);
}

bool stopg(M* mp, G* gp) {
  for (;;) {
    if (gp->gcworkdone.load(acquire)) return false;
    const Asked asked = stop_by_status(mp, gp, readgstatus(gp));
    if (asked != Asked::again) return asked == Asked::held;
  }
}

void restartg(G* gp) {
  const u32 status = readgstatus(gp);
  switch (status) {
    case g_dead:
      return;
    case g_runnable | g_scan:
    case g_waiting | g_scan:
    case g_syscall | g_scan:
      return casfrom_gscanstatus(gp, status, status & ~g_scan);
    default:
      throw_("restartg: unexpected status");
  }
}

// Job n of those for goroutines: holds it, scans its frames, lets it go.
void mark_goroutine(M* mp, u32 n) {
  Work& work = work_of(mp);
  if (n >= work.nallgs) throw_("markroot: bad index");
  G* gp = work.allgs[n];
  if (!others_run(mp)) shrinkstack(mp, goroutine(gp));
  gp->gcworkdone.store(readgstatus(gp) == g_dead, release);
  const bool held = stopg(mp, gp) || wait_until_scanned(mp, gp);
  if (held) restartg(gp);
}

}  // namespace runtime_core
