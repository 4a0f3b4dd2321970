// Goroutines that stay on one thread, whose M runs nobody else (original: LockOSThread and
// lockOSThread with their inverses, stoplockedm, startlockedm; facts §17.9, §17.18).
//
// Threads: the goroutine itself, and the two Ms of a hand-over on their g0. m.locked has one bit
//   for the program's call, which does not nest, and counts the runtime's own above it.
// Invariants: sched.locked_to_m — a goroutine that is locked to an M runs there alone, and nobody
//   else does.
// Ordering: who takes such a goroutine from a queue gives its own P to the M that waits for it, by
//   the M's park note.
#include "runtime_core/runtime.h"
#include "runtime_core/sched/proc.h"

namespace runtime_core {

namespace {

// Original: dolockOSThread.
void wire(G* gp) {
  gp->m->lockedg = gp;
  gp->lockedm = gp->m;
}

// Original: dounlockOSThread.
void unwire_if_unlocked(G* gp) {
  if (gp->m->locked != 0) return;
  gp->m->lockedg = nullptr;
  gp->lockedm = nullptr;
}

}  // namespace

void lock_os_thread(G* gp) {
  gp->m->locked |= lock_external;
  wire(gp);
}

void unlock_os_thread(G* gp) {
  gp->m->locked &= ~lock_external;
  unwire_if_unlocked(gp);
}

void lock_os_thread_internal(G* gp) {
  gp->m->locked += lock_internal;
  wire(gp);
}

void unlock_os_thread_internal(G* gp) {
  if (gp->m->locked < lock_internal) {
    throw_("runtime: internal error: misuse of lockOSThread/unlockOSThread");
  }
  gp->m->locked -= lock_internal;
  unwire_if_unlocked(gp);
}

// The goroutine has ended, and its M is free (original: a part of goexit0).
void forget_locks(M* mp, G* gp) {
  gp->lockedm = nullptr;
  mp->lockedg = nullptr;
  if ((mp->locked & ~lock_external) != 0) throw_("internal lockOSThread error");
  mp->locked = 0;
}

// Waits until somebody brings a P for the goroutine of this M, which is runnable then.
void stoplockedm(M* mp) {
  G* gp = mp->lockedg;
  if (gp == nullptr || gp->lockedm != mp) throw_("stoplockedm: inconsistent locking");
  if (mp->p != nullptr) handoffp(mp, releasep(mp));
  incidlelocked(mp, 1);
  notesleep(mp, &mp->park);
  noteclear(&mp->park);
  if ((readgstatus(gp) & ~g_scan) != g_runnable) throw_("stoplockedm: not runnable");
  acquirep(mp, mp->nextp);
  mp->nextp = nullptr;
}

// Gives the P of this M to the one that gp is locked to. Returns with another P, or at the exit.
void startlockedm(M* mp, G* gp) {
  M* locked = gp->lockedm;
  if (locked == mp) throw_("startlockedm: locked to me");
  if (locked->nextp != nullptr) throw_("startlockedm: m has p");
  if (rules().startlockedm_counts) incidlelocked(mp, -1);
  locked->nextp = releasep(mp);
  notewakeup(mp, &locked->park);
  stopm(mp);
}

}  // namespace runtime_core
