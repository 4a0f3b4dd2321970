// Linux signals of amd64 (original: os1_linux.go, signal1_unix.go; facts §23, §24.1).
#include "runtime_core/os/print.h"
#include "runtime_core/os/signal.h"

namespace runtime_core {

namespace {

constexpr long sys_rt_sigaction = 13, sys_rt_sigprocmask = 14, sys_sigaltstack = 131;
constexpr uintptr sig_setmask = 2;
constexpr u64 sa_siginfo = 4, sa_restorer = 0x4000000, sa_onstack = 0x8000000,
              sa_restart = 0x10000000;
constexpr i32 ss_disable = 2;

struct SigAction {
  uintptr handler;
  u64 flags;
  uintptr restorer;
  SigSet mask;
};
struct SigAltStack {
  void* sp;
  i32 flags;
  uintptr size;
};

template <class T>
uintptr address_of(T* p) {
  return reinterpret_cast<uintptr>(p);
}

}  // namespace

constexpr SigTab sigtable[nsig] = {
    {0, "SIGNONE: no trap"},
    {sig_notify | sig_kill, "SIGHUP: terminal line hangup"},
    {sig_notify | sig_kill, "SIGINT: interrupt"},
    {sig_notify | sig_throw, "SIGQUIT: quit"},
    {sig_throw, "SIGILL: illegal instruction"},
    {sig_throw, "SIGTRAP: trace trap"},
    {sig_notify | sig_throw, "SIGABRT: abort"},
    {sig_panic, "SIGBUS: bus error"},
    {sig_panic, "SIGFPE: floating-point exception"},
    {0, "SIGKILL: kill"},
    {sig_notify, "SIGUSR1: user-defined signal 1"},
    {sig_panic, "SIGSEGV: segmentation violation"},
    {sig_notify, "SIGUSR2: user-defined signal 2"},
    {sig_notify, "SIGPIPE: write to broken pipe"},
    {sig_notify, "SIGALRM: alarm clock"},
    {sig_notify | sig_kill, "SIGTERM: termination"},
    {sig_throw, "SIGSTKFLT: stack fault"},
    {sig_notify, "SIGCHLD: child status has changed"},
    {0, "SIGCONT: continue"},
    {0, "SIGSTOP: stop, unblockable"},
    {sig_notify | sig_default, "SIGTSTP: keyboard stop"},
    {sig_notify | sig_default, "SIGTTIN: background read from tty"},
    {sig_notify | sig_default, "SIGTTOU: background write to tty"},
    {sig_notify, "SIGURG: urgent condition on socket"},
    {sig_notify, "SIGXCPU: cpu limit exceeded"},
    {sig_notify, "SIGXFSZ: file size limit exceeded"},
    {sig_notify, "SIGVTALRM: virtual alarm clock"},
    {sig_notify, "SIGPROF: profiling alarm clock"},
    {sig_notify, "SIGWINCH: window size change"},
    {sig_notify, "SIGIO: i/o now possible"},
    {sig_notify, "SIGPWR: power failure restart"},
    {sig_notify, "SIGSYS: bad system call"},
    // The rest, signal 32 to 64, is the C library's and the program's own.
};

SigSet rtsigprocmask(SigSet set) {
  SigSet old = 0;
  syscall6(sys_rt_sigprocmask, sig_setmask, address_of(&set), address_of(&old), sizeof set);
  return old;
}

void setsig(i32 sig, uintptr fn, bool restart) {
  SigAction sa{};
  sa.flags = sa_siginfo | sa_onstack | sa_restorer;
  if (restart) sa.flags |= sa_restart;
  sa.mask = sigset_all;
  sa.restorer = sigreturn_address();
  sa.handler = fn;
  const auto number = static_cast<uintptr>(sig);
  if (syscall6(sys_rt_sigaction, number, address_of(&sa), 0, sizeof sa.mask) != 0) {
    throw_("rt_sigaction failure");
  }
}

uintptr getsig(i32 sig) {
  SigAction sa{};
  const auto number = static_cast<uintptr>(sig);
  if (syscall6(sys_rt_sigaction, number, 0, address_of(&sa), sizeof sa.mask) != 0) {
    throw_("rt_sigaction read failure");
  }
  return sa.handler;
}

void signalstack(void* p, uintptr n) {
  const SigAltStack st{p, p == nullptr ? ss_disable : 0, n};
  syscall6(sys_sigaltstack, address_of(&st), 0);
}

// Without a queue of signals there is nobody to notify, and the default action is the right one.
void initsig() {
  for (i32 sig = 1; sig < nsig; sig++) {
    const u32 flags = sigtable[sig].flags;
    if (flags == 0 || (flags & (sig_default | sig_notify)) != 0) continue;
    setsig(sig, sigtramp_address(), true);
  }
}

void sighandler(i32 sig, i32 code, uintptr address) {
  PrintBuffer out;
  out.text("[signal ").hex(static_cast<u64>(sig)).text(" code=").signed_number(code);
  out.text(" addr=").hex(address).text("]\n").write();
  fail("runtime.fault", sigtable[sig].name);
}

}  // namespace runtime_core
