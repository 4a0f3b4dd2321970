// Stopping and starting the world, M parking and P ownership (original: proc.go, facts §17).
//
// Threads: stoptheworld and starttheworld by the holder of worldsema; safepoint by any M that
// runs a program; the rest says what must be held.
// Invariants: sched.p_has_one_owner — a running P has one M; sched.stopped_means_stopped —
// after stoptheworld every P is in gcstop and only Ms without a P run.
// Ordering: gcwaiting is stored before the P statuses are read (store-load); what stoptheworld's
// caller wrote travels to a woken M through its park note.
#pragma once

#include "runtime_core/base.h"
#include "runtime_core/sync/note.h"

namespace runtime_core {

struct M;
struct P;
struct Runtime;

// --- set-up and M life (m.cc) -----------------------------------------------------------------
// Original: rt0_go: check, args, osinit, schedinit, and the start of m0. `argv`: see args().
void rt0_go(Runtime* rt, M* m0, i32 argc, const char* const* argv, u32 procs);
void osinit(Runtime* rt);
void schedinit(Runtime* rt, M* m0, u32 procs);
void mcommoninit(Runtime* rt, M* mp);
// Makes `child` an M whose thread runs fn(child); `arg` is kept for it. Original: newm.
void newm(M* mp, M* child, void (*fn)(M*), void* arg);
void mstart(M* mp);          // what a new thread runs
void mstart1(M* mp);         // binds the M to an idle P; waits in stopm if none
void m_exit_to_idle(M* mp);  // releases the P and serves as a helper until exiting
void runtime_exit(M* mp);    // sets exiting and wakes every idle M
void stopm(M* mp);
void stopm_listed(M* mp);  // the same for an M that is on the list of idle ones already
void gcstopm(M* mp);
void handoffp(M* mp, P* pp);  // gives a released P away
// Sleeps on a note without holding the P (original: notetsleepg around notesleep).
void notesleepg(M* mp, Note* note);
// One of the Ps that are waited for has stopped; `waiting`: gcwaiting. REQUIRES: sched lock.
void count_stopped(M* mp, u32 waiting);
void acquirep(M* mp, P* pp);
P* releasep(M* mp);
void mput(M* mp, M* idle);    // REQUIRES: sched lock
M* mget(M* mp);               // REQUIRES: sched lock
void pidleput(M* mp, P* pp);  // REQUIRES: sched lock
P* pidleget(M* mp);           // REQUIRES: sched lock

// --- stopping (world.cc) ----------------------------------------------------------------------
void stoptheworld(M* mp);
void starttheworld(M* mp);
// The same with worldsema around them, by who runs a program. The first returns the M that the
// caller is on now.
M* take_world(M* mp);
void give_world_back(M* mp);
// The same for good and as well as it can be done without a lock, by an M that is dying.
void freezetheworld(M* mp);
bool preemptall(M* mp);
void procresize(M* mp, u32 n);     // REQUIRES: world stopped or starting up, sched lock held
u32 gomaxprocsfunc(M* mp, u32 n);  // GOMAXPROCS(n); 0 only asks
// Waits for an answer of those that were asked to come to a safe point, and asks again from time to
// time: the request may have come before its M was bound to the P.
template <class Ask>
void notesleep_asking(M* mp, Note* note, const char* stuck, Ask ask) {
  for (u32 tried = 1; !notetsleep(mp, note, tuning().stop_retry_ns); tried++) {
    if (tried == tuning().stop_attempts) fail("live.progress", stuck);
    ask();
  }
}
// A function prologue: gives the P up if the world is to stop and the M is not pinned.
void safepoint(M* mp);

// --- safe points of each P, while the world goes on (foreachp.cc) ------------------------------
void for_each_p(M* mp, void (*fn)(M* mp, P* pp));
bool safepoint_fn_is_due(const P* pp);
void run_safepoint_fn(M* mp);
void run_safepoint_fn_of(M* mp, P* pp);  // REQUIRES: sched lock; the P has no M

// --- helpers of the collector (helpers.cc) ----------------------------------------------------
u32 gcprocs(M* mp);
bool needaddgcproc(M* mp);
void helpgc(M* mp, u32 nproc);

}  // namespace runtime_core
