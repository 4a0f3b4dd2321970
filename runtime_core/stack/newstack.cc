// What a prologue does that has failed: room for the frame, and requests to let others run
// (original: morestack, newstack; facts §17.16, §18).
#include "runtime_core/gc/mgc.h"
#include "runtime_core/runtime.h"
#include "runtime_core/sched/proc.h"
#include "runtime_core/stack/prologue.h"

namespace runtime_core {

namespace {

// User code is preempted, not the runtime.
bool may_be_preempted(M* mp) {
  if (mp->locks != 0 || mp->mallocing != 0) return false;
  if (mp->gcing != 0 && rules().gcing_pins) return false;
  return mp->p->status.load(seq_cst) == p_running;
}

void restore_guard(Goroutine* gp) { gp->stackguard0.store(stackguard_of(gp), relaxed); }

void grow(M* mp, Goroutine* gp) {
  const uintptr newsize = 2 * (gp->stack.hi - gp->stack.lo);
  if (newsize > tuning().stack_bytes_max) throw_("stack overflow");
  const u32 old_status = readgstatus(gp) & ~g_scan;
  casgstatus(gp, old_status, g_copystack);
  copystack(mp, gp, newsize);
  casgstatus(gp, g_copystack, g_running);
}

// On g0. True: the goroutine is to let others run.
bool newstack(M* mp, Goroutine* gp) {
  if (gp->throwsplit) throw_("stack split at bad time");
  const bool preempt = gp->stackguard0.load(relaxed) == stack_preempt;
  // Before the status says "waiting": a scan could then hold the G, and wait for what it holds.
  if (preempt && rules().newstack_tests_locks_first && !may_be_preempted(mp)) {
    restore_guard(gp);
    return false;
  }
  // Only who runs comes here: see throwsplit.
  const u32 old_status = rules().syscall_checks_no_stack ? g_running : readgstatus(gp) & ~g_scan;
  casgstatus(gp, old_status, g_waiting);
  gp->waitreason = "stack growth";
  if (gp->stack.lo == 0) throw_("missing stack in newstack");
  if (gp->sp < gp->stack.lo) throw_("split stack overflow");
  if (!preempt) {
    grow(mp, gp);
    return false;
  }
  if (mp->p == nullptr && mp->locks == 0) throw_("g is running but p is not");
  bool yields = false;
  if (gp->preemptscan.load(relaxed)) {
    gcphasework(mp, gp);
    gp->preempt.store(false, relaxed);
    gp->preemptscan.store(false, relaxed);
    restore_guard(gp);
  } else if (may_be_preempted(mp)) {
    yields = true;
  } else {
    restore_guard(gp);
  }
  casgstatus(gp, g_waiting, g_running);
  return yields;
}

}  // namespace

// Original: morestack, which runs newstack on g0 and then the prologue again.
void morestack(Goroutine* gp) {
  M* mp = gp->m;
  bool yields = false;
  systemstack(mp, [&] { yields = newstack(mp, gp); });
  if (yields) gosched(gp);
}

void make_room(Goroutine* gp, uintptr frame) {
  do {
    morestack(gp);
  } while (!frame_fits(gp, frame));
  // A request that nobody could answer just now. The original repeats it in the last unlock.
  if (gp->preempt.load(relaxed)) gp->stackguard0.store(stack_preempt, relaxed);
}

}  // namespace runtime_core
