// Goroutines in system calls: the P stays behind, to be taken by whoever needs it (original:
// entersyscall .. exitsyscall0; facts §17.14).
//
// Threads: the goroutine itself. Ordering: the store of p.status comes before the look whether the
// world is about to stop, as stoptheworld stores gcwaiting before it looks at statuses; a swap of
// p.status decides who gets the P.
#include "runtime_core/runtime.h"
#include "runtime_core/sched/proc.h"
#include "runtime_core/stack/stack.h"

namespace runtime_core {

namespace {

// A prologue in here would be one too many: the place that the goroutine was left at must stay.
void begin_syscall(M* mp, G* gp) {
  mp->locks++;
  gp->stackguard0.store(stack_preempt, relaxed);
  gp->throwsplit = rules().syscall_checks_no_stack;
  goroutine(gp)->syscallsp = goroutine(gp)->sp;
  casgstatus(gp, g_running, g_syscall);
  if (!rules().syscall_checks_no_stack) morestack(goroutine(gp));
}

void end_syscall(G* gp) {
  goroutine(gp)->syscallsp = 0;
  // A request that came while the guard said "system call".
  const uintptr guard = stackguard_of(goroutine(gp));
  gp->stackguard0.store(gp->preempt.load(relaxed) ? stack_preempt : guard, relaxed);
  gp->throwsplit = false;
}

// Original: entersyscall_gcwait. The world is about to stop, and waits for our P.
void stop_in_syscall(M* mp, P* pp, u32 waiting) {
  Sched& sched = mp->rt->sched;
  lock(mp, &sched.lock);
  u32 in_syscall = p_syscall;
  const bool asked = waiting == world_frozen || sched.stopwait > 0;
  if (asked && pp->status.compare_exchange_strong(in_syscall, p_gcstop, seq_cst, seq_cst)) {
    count_stopped(mp, waiting);
  }
  unlock(mp, &sched.lock);
}

void forget_p(M* mp) {
  if (rules().syscall_clears_mcache) mp->mcache = nullptr;
  mp->p = nullptr;
}

// Original: exitsyscallfast, without a look at stopwait: while the world stops, or is stopped, a P
// is given up, which the swap of whoever stops the world takes.
bool exitsyscallfast(M* mp) {
  Sched& sched = mp->rt->sched;
  P* pp = mp->p;
  if (sched.gcwaiting.load(relaxed) != 0) {
    forget_p(mp);
    return false;
  }
  u32 in_syscall = p_syscall;
  if (pp != nullptr &&
      pp->status.compare_exchange_strong(in_syscall, p_running, seq_cst, seq_cst)) {
    mp->mcache = pp->mcache;
    event(Event::p_acquire, reinterpret_cast<u64>(pp), reinterpret_cast<u64>(mp));
    pp->m.store(mp, relaxed);
    return true;
  }
  forget_p(mp);
  if (sched.npidle.load(relaxed) == 0) return false;
  lock(mp, &sched.lock);
  pp = pidleget(mp);
  if (pp != nullptr) wake_sysmon(mp);
  unlock(mp, &sched.lock);
  if (pp == nullptr) return false;
  acquirep(mp, pp);
  return true;
}

// On g0: there is no P for this goroutine now.
G* exitsyscall0(M* mp, G* gp) {
  Sched& sched = mp->rt->sched;
  casgstatus(gp, g_syscall, g_runnable);
  dropg(mp);
  lock(mp, &sched.lock);
  P* pp = pidleget(mp);
  if (pp == nullptr) {
    globrunqput(mp, gp);
  } else {
    wake_sysmon(mp);
  }
  unlock(mp, &sched.lock);
  if (pp != nullptr) {
    acquirep(mp, pp);
    return gp;
  }
  if (mp->lockedg != nullptr) {
    stoplockedm(mp);
    return gp;
  }
  stopm(mp);
  return nullptr;
}

void count_syscall(P* pp) { pp->syscalltick.store(pp->syscalltick.load(relaxed) + 1, relaxed); }

}  // namespace

void entersyscall(G* gp) {
  M* mp = gp->m;
  begin_syscall(mp, gp);
  Sched& sched = mp->rt->sched;
  if (sched.sysmonwait.load(seq_cst) != 0) {
    lock(mp, &sched.lock);
    wake_sysmon(mp);
    unlock(mp, &sched.lock);
  }
  run_safepoint_fn(mp);
  P* pp = mp->p;  // stays there as a hint
  if (rules().syscall_clears_mcache) mp->mcache = nullptr;
  event(Event::p_release, reinterpret_cast<u64>(pp), reinterpret_cast<u64>(mp));
  pp->m.store(nullptr, relaxed);
  pp->status.store(p_syscall, rules().syscall_fence ? seq_cst : release);
  if (const u32 waiting = sched.gcwaiting.load(seq_cst); waiting != 0) {
    stop_in_syscall(mp, pp, waiting);
  }
  mp->locks--;
}

void entersyscallblock(G* gp) {
  M* mp = gp->m;
  begin_syscall(mp, gp);
  handoffp(mp, releasep(mp));
  mp->locks--;
}

void exitsyscall(G* gp) {
  M* mp = gp->m;
  mp->locks++;
  if (exitsyscallfast(mp)) {
    if (mp->mcache == nullptr) throw_("lost mcache");
    count_syscall(mp->p);
    casgstatus(gp, g_syscall, g_running);
    mp->locks--;
    return end_syscall(gp);
  }
  mp->locks--;
  mcall(gp, exitsyscall0);
  mp = gp->m;
  if (mp->mcache == nullptr) throw_("lost mcache");
  count_syscall(mp->p);
  goroutine(gp)->syscallsp = 0;
  gp->throwsplit = false;
}

// Original: notetsleepg.
bool notetsleepg(G* gp, Note* note, i64 ns) {
  entersyscallblock(gp);
  const bool woken = notetsleep_internal(gp->m, note, ns);
  exitsyscall(gp);
  return woken;
}

}  // namespace runtime_core
