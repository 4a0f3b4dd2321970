// A function run for each P, at a safe point of its own, while the world goes on: the ragged
// acknowledgement of later versions (bb632053: forEachP, runSafePointFn). Used only by phases that
// are tuned to it.
//
// Threads: for_each_p by the holder of worldsema, so that no world is stopped meanwhile; the
// function by who owns the P, or holds the lock of the scheduler while nobody does.
// Ordering: the flags are set before the status of a P is read; a P that enters a call stores its
// status before it looks at its flag, or is taken from the call in the next round.
#include "runtime_core/gc/mgc.h"
#include "runtime_core/runtime.h"
#include "runtime_core/sched/proc.h"
#include "runtime_core/sched/sched.h"

namespace runtime_core {

namespace {

bool uses_safepoint_fn() { return tuning().ragged_ack != 0 || tuning().cache_workbufs != 0; }

bool is_asked(const P* pp) { return pp->runsafepointfn.load(relaxed) != 0; }

bool claim(P* pp) {
  u32 asked = 1;
  return pp->runsafepointfn.compare_exchange_strong(asked, 0, seq_cst, seq_cst);
}

// REQUIRES: sched lock.
void count_safepoint(M* mp) {
  Sched& sched = mp->rt->sched;
  if (--sched.safepointwait == 0) notewakeup(mp, &sched.safepointnote);
}

void ask_all(M* mp) {
  for (i32 i = 0; i < count_ps(mp); i++) {
    P* pp = p_at(mp, i);
    if (pp != mp->p) pp->runsafepointfn.store(1, seq_cst);
  }
  preemptall(mp);
}

// REQUIRES: sched lock. Nobody can take an idle P while it is held.
void run_for_idle(M* mp) {
  Sched& sched = mp->rt->sched;
  for (P* pp = sched.pidle; pp != nullptr; pp = pp->link) {
    if (!claim(pp)) continue;
    sched.safepointfn(mp, pp);
    sched.safepointwait--;
  }
}

// A P whose goroutine is in a system call gets to a safe point by being handed over.
void take_from_calls(M* mp) {
  for (i32 i = 0; i < count_ps(mp); i++) {
    P* pp = p_at(mp, i);
    if (is_asked(pp) && pp->status.load(seq_cst) == p_syscall) take_from_syscall(mp, pp);
  }
}

}  // namespace

bool safepoint_fn_is_due(const P* pp) { return uses_safepoint_fn() && is_asked(pp); }

// Original of later versions: runSafePointFn.
void run_safepoint_fn(M* mp) {
  if (!safepoint_fn_is_due(mp->p) || !claim(mp->p)) return;
  Sched& sched = mp->rt->sched;
  sched.safepointfn(mp, mp->p);
  lock(mp, &sched.lock);
  count_safepoint(mp);
  unlock(mp, &sched.lock);
}

// For a P that has no M. REQUIRES: sched lock.
void run_safepoint_fn_of(M* mp, P* pp) {
  if (!safepoint_fn_is_due(pp) || !claim(pp)) return;
  mp->rt->sched.safepointfn(mp, pp);
  count_safepoint(mp);
}

// REQUIRES: worldsema held, on g0. Returns when fn has run for every P.
void for_each_p(M* mp, void (*fn)(M* mp, P* pp)) {
  Sched& sched = mp->rt->sched;
  lock(mp, &sched.lock);
  if (sched.safepointwait != 0) throw_("forEachP: sched.safePointWait != 0");
  sched.safepointwait = count_ps(mp) - 1;
  sched.safepointfn = fn;
  ask_all(mp);
  run_for_idle(mp);
  const bool wait = sched.safepointwait > 0;
  unlock(mp, &sched.lock);
  fn(mp, mp->p);
  if (wait) {
    take_from_calls(mp);
    notesleep_asking(mp, &sched.safepointnote, "forEachP: a P gets to no safe point", [mp] {
      take_from_calls(mp);
      preemptall(mp);
    });
    noteclear(&sched.safepointnote);
  }
  for (i32 i = 0; i < count_ps(mp); i++) {
    if (is_asked(p_at(mp, i))) throw_("forEachP: P did not run fn");
  }
}

}  // namespace runtime_core
