// Goroutines: their status words, and what the scheduler keeps of each (original: runtime2.go).
//
// Threads: a running G belongs to its M; of others only the status word, `preempt` and
//   `stackguard0` are touched, unless the toucher holds the G: it has taken it from a queue, or has
//   moved it out of `waiting`, or has set the scan bit.
// Invariants: sched.g_status — the word moves along the arrows of the original alone;
//   sched.g_on_one_m — one M runs a G at a time; sched.runnable_once — a G that was made runnable
//   is in one queue, once, until one M takes it, and that one runs it.
// Ordering: every change of the word is a sequentially consistent swap; it publishes what its M
//   wrote to the G, the place where it left its stack above all, to the swap that reads it.
#pragma once

#include "runtime_core/arch/context.h"
#include "runtime_core/base.h"

namespace runtime_core {

struct M;
struct G;

enum class StackKind : u8 { user, system };

// Original: _Gidle .. _Gcopystack; the scan bit is added to a few of them.
inline constexpr u32 g_idle = 0, g_runnable = 1, g_running = 2, g_syscall = 3, g_waiting = 4,
                     g_dead = 6, g_enqueue = 7, g_copystack = 8, g_scan = 0x1000;
// What a stack guard holds to make the next prologue look (original: stackPreempt).
inline constexpr uintptr stack_preempt = ~uintptr{1313};

using GoroutineFn = void (*)(G* gp, void* arg);

struct G {
  StackKind stack_kind;
  i32 sig;     // of the fault that is its panic, else 0; below, what else is known of it
  M* m;        // that runs it, else null
  M* lockedm;  // the only one that may run it; null: any
  std::atomic<u32> atomicstatus;
  std::atomic<bool> preempt;         // somebody asks it to let others run
  bool issystem;                     // the runtime's own: whether it waits, nobody asks (checkdead)
  bool throwsplit;                   // a prologue here is a mistake: it is in a system call
  bool paniconfault;                 // a fault anywhere in its code is a panic
  std::atomic<bool> preemptscan;     // ..., and to scan its stack on the way
  std::atomic<bool> gcworkdone;      // the collector has dealt with its stack, or need not
  std::atomic<bool> gcscanvalid;     // its stack is as it was when it was scanned (#9727)
  std::atomic<uintptr> stackguard0;  // a prologue fails below it; stack_preempt; 0: no stack
  Context sched;                     // where it was left
  uintptr control_stack;             // upper end; 0: it has none yet
  GoroutineFn fn;                    // what it runs
  void* arg;
  i64 goid;
  void* param;  // from who makes it ready
  const char* waitreason;
  uintptr sigcode0, sigcode1, sigpc;  // the signal's code, the address, the program counter
  G* schedlink;  // in the global queue, a list of free ones, or a list of ready ones
};

struct Function;
struct Sudog;
struct Defer;
struct Panic;
struct Landing;

// [lo, hi) in memory of the heap's; lo is 0 if there is none (original: stack).
struct Stack {
  uintptr lo, hi;
};

// A G of the scheduler's, with the frames that Go sees: explicit data on a stack that the runtime
// manages, beside the control stack with its C++ frames. Its own, or who holds the G, may look.
struct Goroutine : G {
  Stack stack;
  uintptr sp;                // its lowest word in use; no register holds it, so it is up to date
  const Function* function;  // of the innermost frame (original: sched.pc); null: there is none
  bool entered;              // that frame has been made; false in its prologue
  bool frames_change;        // the three do not fit each other now; for its own signal handlers
  uintptr syscallsp;         // sp while in a system call, else 0
  // Roots, as a G is no object of the heap here. What the goroutine waits in, and the calls that it
  // has deferred, innermost first.
  Sudog* waiting;
  Defer* defers;
  Panic* panics;     // on its stack, innermost first
  Landing* landing;  // on its control stack: where the frames begin that it may have to go back to
};
inline constexpr u32 goroutine_roots = 2;  // words from `waiting` on
inline Goroutine* goroutine(G* gp) { return static_cast<Goroutine*>(gp); }

// Puts gp in front of a list that is linked by schedlink.
inline void push_g(G** list, G* gp) {
  gp->schedlink = *list;
  *list = gp;
}

// For the stacks that are no goroutine's: g0, the signal stack, the one program of a bound M.
inline void g_init(G* gp, StackKind kind, M* mp) {
  gp->stack_kind = kind;
  gp->m = mp;
}

// --- the status word (status.cc) ---------------------------------------------------------------
u32 readgstatus(const G* gp);
// Waits while somebody scans the G. Both without the scan bit.
void casgstatus(G* gp, u32 old_status, u32 new_status);
// Claims the G for a scan; false if its status is not `old_status`.
bool castogscanstatus(G* gp, u32 old_status, u32 new_status);
void casfrom_gscanstatus(G* gp, u32 old_status, u32 new_status);
// Takes a G that waits or is runnable, whichever it is by then, to copystack; returns what it was.
u32 casgcopystack(G* gp);

}  // namespace runtime_core
