// The scheduler of goroutines: queues, parking, waking, creation and end (original: proc1.go).
//
// A runtime either runs goroutines or has Ms with one program each (sched.h): the flag
// sched.runs_goroutines says which, and is set before any thread exists.
//
// Threads: what takes a G is called on that G by itself, and may return on another M: gp->m says on
//   which. What takes an M is called by its own thread.
// Invariants: sched.g_status, sched.g_on_one_m, sched.runnable_once (g.h); sched.p_has_one_owner.
// Ordering: who makes a G runnable publishes it in a queue and then looks whether anybody has to be
//   woken; who gives its P up says so (npidle, nmspinning) and then looks at every queue again.
//   Both are store-load, and one of the two sees the other.
#pragma once

#include "runtime_core/sched/g.h"
#include "runtime_core/sched/sched.h"
#include "runtime_core/sync/mutex.h"

namespace runtime_core {

// --- local and global queues (runq.cc) ---------------------------------------------------------
// The owner of the P alone: put, get, and steal into the own queue.
void runqput(M* mp, P* pp, G* gp);
G* runqget(P* pp);
G* runqsteal(P* pp, P* victim);
bool runqempty(const P* pp);
// REQUIRES: sched lock.
void globrunqput(M* mp, G* gp);
void globrunqputbatch(M* mp, G* head, G* tail, i32 n);
G* globrunqget(M* mp, P* pp, i32 max);  // further ones go to pp's queue; max 0: no limit
i32 runqsize(M* mp);                    // of the global queue; without the lock a hint
// World stopped: all Gs of the first `old` Ps go to the head of the global queue, in their order;
// and from there to the first `count` Ps, beginning with the second.
void runqcollect(M* mp, i32 old);
void runqspread(M* mp, i32 count);

// --- a round of the scheduler (proc.cc) --------------------------------------------------------
// What an M does that runs goroutines. REQUIRES: it has a P, and is on g0. Returns at the exit.
void schedule(M* mp);
// Leaves the calling G and runs fn(mp, gp) on the scheduling stack; fn returns the G to go on with
// at once, or null for a round of the scheduler.
void mcall(G* gp, G* (*fn)(M* mp, G* gp));
// Waits until goready(). unlockf is called once others may find the G; false: it goes on at once.
void gopark(G* gp, bool (*unlockf)(M* mp, G* gp, void* lock), void* lock, const char* reason);
void goparkunlock(G* gp, Mutex* mutex, const char* reason);
void ready(M* mp, G* gp);  // original: ready, goready
void gosched(G* gp);
// A function prologue: lets others run if somebody has asked for it.
void prologue(G* gp);
// The M has left its G, whose status says so.
void dropg(M* mp);

// --- system calls (syscall.cc) -----------------------------------------------------------------
// Around a call into the system. Between the two the goroutine may neither allocate nor look at
// the heap, and may have lost its P when the second returns, on another M.
void entersyscall(G* gp);
void entersyscallblock(G* gp);  // the call will last: gives the P away at once
void exitsyscall(G* gp);
// Sleeps without the P, at most ns nanoseconds (negative: for ever); false if the time ran out.
bool notetsleepg(G* gp, Note* note, i64 ns);

// --- the thread that watches (sysmon.cc) -------------------------------------------------------
void sysmon(M* mp);
bool take_from_syscall(M* mp, P* pp);
u32 retake(M* mp, i64 now);
void incidlelocked(M* mp, i32 n);
void checkdead(M* mp);                  // REQUIRES: sched lock
void schedtrace(M* mp, bool detailed);  // schedtrace.cc
void wake_sysmon(M* mp);                // REQUIRES: sched lock
bool preemptone(M* mp, P* pp);          // world.cc

// --- goroutines that stay on their thread (locked.cc) -----------------------------------------
// The program's calls, which do not nest, and the runtime's own, which do.
void lock_os_thread(G* gp);
void unlock_os_thread(G* gp);
void lock_os_thread_internal(G* gp);
void unlock_os_thread_internal(G* gp);
inline constexpr u32 lock_external = 1, lock_internal = 2;  // what they count in m.locked
void forget_locks(M* mp, G* gp);
void stoplockedm(M* mp);
void startlockedm(M* mp, G* gp);

// --- threads that the runtime has not made (extram.cc) -----------------------------------------
// One M more for them; the first one before any of them calls. Then such a thread runs fn as a
// goroutine, and waits until it has returned.
void newextram(M* mp);
void callback(Runtime* rt, GoroutineFn fn, void* arg);
// The goroutine of the calling thread's M goes on until it does mcall(gp, last), and runs nobody
// else meanwhile (proc.cc).
void run_until(M* mp, G* gp, G* (*last)(M* mp, G* gp));

// --- Ms for Ps (startm.cc) ---------------------------------------------------------------------
void startm(M* mp, P* pp, bool spinning);
// Makes those that wait runnable, linked by schedlink. Also by an M without a P.
void injectglist(M* mp, G* list);
void wakep(M* mp);
// When the world starts: Ms that were given a P, and Ps with work that are without an M.
struct WorldStart {
  M* ready;    // by schedlink
  P* orphans;  // by link
};
WorldStart pair_working_ps(M* mp);  // REQUIRES: sched lock
void start_ps(M* mp, WorldStart start);
void handoffp_to_goroutines(M* mp, P* pp);
void wake_if_idle(M* mp);  // a G has been made findable
void resetspinning(M* mp);
void drop_spinning(M* mp);
M* allocm(M* mp);
// What the thread of an M for goroutines runs (original: mstart1).
void mstart_goroutines(M* mp);
// The same for an M that the start has put on the list of idle ones.
void mstart_idle(M* mp);

// --- creation and end (newproc.cc) -------------------------------------------------------------
// Makes fn(gp, arg) a goroutine. The first one is main: the program ends with it.
G* newproc(M* mp, GoroutineFn fn, void* arg);
// The same for a Go function, with a stack for its frames and the first `nargs` arguments on it;
// the others are zero.
G* newproc(M* mp, const Function& f, const uintptr* args, u32 nargs);
// A goroutine on no list, whose control stack runs entry(m).
G* malg(M* mp, void (*entry)(void* m));
void allgadd(M* mp, G* gp);
void gfput(M* mp, P* pp, G* gp);
G* gfget(M* mp, P* pp);
void gfpurge(M* mp, P* pp);

}  // namespace runtime_core
