// A round of the scheduler: find a goroutine, run it, deal with what it asked for when it left
// (original: schedule, execute, findrunnable, park_m, gosched_m; facts §17.7, §17.8, §17.10).
//
// The original's functions on g0 end in a call of schedule() that never returns. Here schedule() is
// a loop, which each goroutine is entered from and comes back to: mcall() leaves a function for the
// loop to run, and that one returns to it.
#include "runtime_core/sched/proc.h"

#include "runtime_core/gc/mgc.h"
#include "runtime_core/prof/cpuprof.h"
#include "runtime_core/runtime.h"

namespace runtime_core {

namespace {

constexpr u32 fairness_ticks = 61;  // so often the global queue comes first

// A hint, as in the original: who gives a P up looks again under the lock.
bool is_stopping(M* mp) { return mp->rt->sched.gcwaiting.load(relaxed) != 0; }
u32 procs(M* mp) { return static_cast<u32>(count_ps(mp)); }

// Original: gogo. Returns when gp leaves, by mcall().
void enter(M* mp, G* gp) {
  event(Event::g_execute, reinterpret_cast<u64>(gp), reinterpret_cast<u64>(mp),
        reinterpret_cast<u64>(mp->p));
  const Context to = gp->sched;
  gp->sched.place = nullptr;
  if (to.place == nullptr) fail("sched.g_on_one_m", "gogo: the goroutine was left nowhere");
  mp->g = gp;
  switch_context(&mp->g0.sched, to, mp);
}

// Original: execute. Returns as enter does.
void execute(M* mp, G* gp) {
  casgstatus(gp, g_runnable, g_running);
  gp->preempt.store(false, relaxed);
  gp->stackguard0.store(stackguard_of(goroutine(gp)), relaxed);
  mp->p->schedtick.store(mp->p->schedtick.load(relaxed) + 1, relaxed);
  mp->curg.store(gp, relaxed);
  gp->m = mp;
  adopt_profile_rate(mp);
  enter(mp, gp);
}

// Takes from the global queue. `max` as in globrunqget.
G* get_global(M* mp, i32 max) {
  if (runqsize(mp) == 0) return nullptr;
  lock(mp, &mp->rt->sched.lock);
  G* gp = globrunqget(mp, mp->p, max);
  unlock(mp, &mp->rt->sched.lock);
  return gp;
}

bool may_spin(M* mp) {
  if (mp->spinning) return true;
  Sched& sched = mp->rt->sched;
  // With as many looking for work as there are busy Ps, one more is of no use.
  const u32 looking = 2 * sched.nmspinning.load(seq_cst);
  if (looking >= procs(mp) - sched.npidle.load(seq_cst)) return false;
  mp->spinning = true;
  sched.nmspinning.fetch_add(1, seq_cst);
  return true;
}

// Null also when the world is about to stop.
G* steal(M* mp) {
  const u32 n = procs(mp);
  for (u32 i = 0; i < 2 * n; i++) {
    if (is_stopping(mp)) return nullptr;
    const u32 random = fastrand1(mp);
    const u32 victim = decide(Decision::steal_victim, n, random % n);
    P* pp = p_at(mp, victim);
    G* gp = pp == mp->p ? runqget(pp) : runqsteal(mp->p, pp);
    if (gp != nullptr) return gp;
  }
  return nullptr;
}

// A producer that saw this M spin has woken nobody: looks at all queues once more, without a P.
// True: there is work, and this M has a P again.
bool finds_work_left(M* mp) {
  if (!rules().findrunnable_rechecks) return false;
  Sched& sched = mp->rt->sched;
  for (u32 i = 0; i < procs(mp); i++) {
    P* pp = p_at(mp, i);
    if (pp == nullptr || runqempty(pp)) continue;
    lock(mp, &sched.lock);
    P* idle = pidleget(mp);
    unlock(mp, &sched.lock);
    if (idle == nullptr) return false;
    acquirep(mp, idle);
    procyield(1);  // if others look for it already, this M comes back here until one has it
    return true;
  }
  return false;
}

enum class Found : u8 { work, again, nothing };

// Gives the P up, unless there is something to do after all.
Found release_for_good(M* mp, G** gp) {
  Sched& sched = mp->rt->sched;
  lock(mp, &sched.lock);
  if (is_stopping(mp) || safepoint_fn_is_due(mp->p)) {
    unlock(mp, &sched.lock);
    return Found::again;
  }
  if (runqsize(mp) != 0) {
    *gp = globrunqget(mp, mp->p, 0);
    unlock(mp, &sched.lock);
    return Found::work;
  }
  pidleput(mp, releasep(mp));
  unlock(mp, &sched.lock);
  return Found::nothing;
}

// Original: findrunnable. Waits for work; null when there will be none any more.
G* findrunnable(M* mp) {
  for (;;) {
    if (is_stopping(mp)) {
      gcstopm(mp);
      if (mp->p == nullptr) return nullptr;
      continue;
    }
    run_safepoint_fn(mp);
    if (fing_is_due(mp)) wakefing(mp);
    if (G* gp = runqget(mp->p)) return gp;
    if (G* gp = get_global(mp, 0)) return gp;
    if (G* gp = poll_network(mp)) return gp;
    if (may_spin(mp)) {
      if (G* gp = steal(mp)) return gp;
      if (is_stopping(mp)) continue;
    }
    G* gp = nullptr;
    const Found found = release_for_good(mp, &gp);
    if (found == Found::work) return gp;
    if (found == Found::again) continue;
    drop_spinning(mp);
    if (finds_work_left(mp)) continue;
    if (G* woken = wait_for_network(mp)) return woken;
    stopm(mp);
    if (mp->p == nullptr) return nullptr;
  }
}

// The part of the original's schedule() that chooses; null at the exit.
G* choose_goroutine(M* mp) {
  while (is_stopping(mp)) {
    gcstopm(mp);
    if (mp->p == nullptr) return nullptr;
  }
  run_safepoint_fn(mp);
  // Two that respawn each other could keep a P for themselves.
  if (rules().schedule_polls_global && mp->p->schedtick.load(relaxed) % fairness_ticks == 0) {
    if (G* gp = get_global(mp, 1)) {
      resetspinning(mp);
      return gp;
    }
  }
  if (G* gp = runqget(mp->p)) {
    if (mp->spinning) throw_("schedule: spinning with local work");
    return gp;
  }
  G* gp = findrunnable(mp);
  if (gp != nullptr) resetspinning(mp);
  return gp;
}

// The same, for an M that may be locked to a goroutine, and goroutines that may be locked to an M.
G* next_goroutine(M* mp) {
  if (mp->locks != 0) throw_("schedule: holding locks");
  if (mp->lockedg != nullptr && rules().lockedm_runs_nobody_else) {
    stoplockedm(mp);
    return mp->lockedg;
  }
  for (;;) {
    G* gp = choose_goroutine(mp);
    if (gp == nullptr || gp->lockedm == nullptr) return gp;
    if (!rules().schedule_looks_at_lockedm) return gp;
    startlockedm(mp, gp);
    if (mp->p == nullptr) return nullptr;
  }
}

bool unlock_mutex(M* mp, G*, void* mutex) {
  unlock(mp, static_cast<Mutex*>(mutex));
  return true;
}

// Original: park_m. Others may make the G ready as soon as it is waiting, and find it once
// whatever it waits on is unlocked.
G* park_m(M* mp, G* gp) {
  const auto unlockf = mp->waitunlockf;
  void* held = mp->waitlock;
  mp->waitunlockf = nullptr;
  mp->waitlock = nullptr;
  bool waits = true;
  if (!rules().park_waits_first && unlockf != nullptr) waits = unlockf(mp, gp, held);
  casgstatus(gp, g_running, g_waiting);
  dropg(mp);
  if (rules().park_waits_first && unlockf != nullptr) waits = unlockf(mp, gp, held);
  if (waits) return nullptr;
  casgstatus(gp, g_waiting, g_runnable);
  return gp;
}

void put_global(M* mp, G* gp) {
  lock(mp, &mp->rt->sched.lock);
  globrunqput(mp, gp);
  unlock(mp, &mp->rt->sched.lock);
}

// Original: gosched_m.
G* gosched_m(M* mp, G* gp) {
  if ((readgstatus(gp) & ~g_scan) != g_running) throw_("bad g status");
  if (!rules().gosched_leaves_first) put_global(mp, gp);
  casgstatus(gp, g_running, g_runnable);
  dropg(mp);
  if (rules().gosched_leaves_first) put_global(mp, gp);
  return nullptr;
}

}  // namespace

void schedule(M* mp) {
  if (!on_g0(mp)) throw_("bad runtime·mstart");
  G* gp = nullptr;
  for (;;) {
    if (mp->p == nullptr) return;  // the exit
    if (gp == nullptr) gp = next_goroutine(mp);
    if (gp == nullptr) return;
    execute(mp, gp);
    gp = mp->mcallfn(mp, gp);
  }
}

void run_until(M* mp, G* gp, G* (*last)(M* mp, G* gp)) {
  enter(mp, gp);
  while (mp->mcallfn != last) {
    G* next = mp->mcallfn(mp, gp);
    execute(mp, next != nullptr ? next : next_goroutine(mp));
  }
  event(Event::g_drop, reinterpret_cast<u64>(gp), reinterpret_cast<u64>(mp));
}

void dropg(M* mp) {
  G* gp = mp->curg.load(relaxed);
  event(Event::g_drop, reinterpret_cast<u64>(gp), reinterpret_cast<u64>(mp));
  if (mp->lockedg != nullptr) return;
  gp->m = nullptr;
  mp->curg.store(nullptr, relaxed);
}

void mcall(G* gp, G* (*fn)(M* mp, G* gp)) {
  M* mp = gp->m;
  if (on_g0(mp)) throw_("runtime: mcall called on m->g0 stack");
  mp->mcallfn = fn;
  const Context to = mp->g0.sched;
  mp->g0.sched.place = nullptr;
  mp->g = &mp->g0;
  switch_context(&gp->sched, to, mp);
}

void gopark(G* gp, bool (*unlockf)(M* mp, G* gp, void* lock), void* lock, const char* reason) {
  M* mp = gp->m;
  if ((readgstatus(gp) & ~g_scan) != g_running) throw_("gopark: bad g status");
  mp->waitlock = lock;
  mp->waitunlockf = unlockf;
  gp->waitreason = reason;
  mcall(gp, park_m);
}

void goparkunlock(G* gp, Mutex* mutex, const char* reason) {
  gopark(gp, unlock_mutex, mutex, reason);
}

// Original: ready. Any M with a P.
void ready(M* mp, G* gp) {
  mp->locks++;
  if ((readgstatus(gp) & ~g_scan) != g_waiting) throw_("bad g->status in ready");
  casgstatus(gp, g_waiting, g_runnable);
  runqput(mp, mp->p, gp);
  wake_if_idle(mp);
  mp->locks--;
}

void gosched(G* gp) { mcall(gp, gosched_m); }

// Original: what newstack does of a preemption. Where that restores the guard, for the unlock that
// lets the M go to poison it again, here the guard stays as it is until somebody may act on it.
void prologue(G* gp) {
  if (gp->stackguard0.load(relaxed) != stack_preempt) return;
  if (gp->throwsplit) throw_("stack split at bad time");
  const M* mp = gp->m;
  const bool gcing = mp->gcing != 0 && rules().gcing_pins;
  if (mp->locks == 0 && mp->mallocing == 0 && !gcing) gosched(gp);
}

}  // namespace runtime_core
