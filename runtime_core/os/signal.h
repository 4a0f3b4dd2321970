// Signals: what the runtime does about each, and how it tells the kernel (original:
// os1_linux.go, signal_linux.go, sigtab_linux_generic.go; facts §1, §24.1).
//
// Threads: initsig and setsig during the start; the rest concerns the calling thread alone.
#pragma once

#include "runtime_core/base.h"

namespace runtime_core {

struct G;
struct M;

inline constexpr i32 nsig = 65;
inline constexpr i32 sigfpe_number = 8, sigsegv_number = 11, sigprof_number = 27;  // everywhere
inline constexpr u32 sig_notify = 1, sig_kill = 2, sig_throw = 4, sig_panic = 8, sig_default = 16;

// Original: sigtabtt.
struct SigTab {
  u32 flags;
  const char* name;
};
extern const SigTab sigtable[nsig];

// Original: sigset; one bit a signal, from signal 1.
using SigSet = u64;
inline constexpr SigSet sigset_none = 0, sigset_all = ~SigSet{0};

// Takes the place of the calling thread's mask; returns the old one. Original: rtsigprocmask.
SigSet rtsigprocmask(SigSet set);
// fn of 0 is the default action. Throws "rt_sigaction failure", for any signal.
void setsig(i32 sig, uintptr fn, bool restart);
uintptr getsig(i32 sig);
// The calling thread's stack for handlers; a null pointer takes it away.
void signalstack(void* p, uintptr n);
// Asks for sigprof_number each time the process has computed for so long; 0: not any more.
void setitimer_prof(u32 period_us);
// Installs the handler for faults. What the program may ask for (sig_notify) keeps its action.
void initsig();
// What a handler is told, of the thread that it interrupts too. Another pc than it was told is what
// the thread calls when the handler has returned (original: sigctxt).
struct SignalInfo {
  i32 sig, code;
  uintptr address;  // that has faulted
  uintptr pc, sp;
};
// What every handler is: runs sighandler() as the thread's gsignal (original: sigtramp).
void sigtramp(SignalInfo* info);
// On the signal stack: a fault of Go code is a panic (panic/sigpanic.h), others end the process
// with the signal's name. mp was running gp; null: the thread is none of the runtime's.
void sighandler(SignalInfo* info, M* mp, G* gp);
// The line that says which signal it was.
void print_signal(const SignalInfo& info);

}  // namespace runtime_core
