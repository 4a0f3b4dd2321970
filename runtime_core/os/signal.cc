// What the runtime does about each signal (original: signal1_unix.go, sigtab_linux_generic.go;
// facts §1, §23).
#include "runtime_core/os/signal.h"

#include "runtime_core/os/print.h"
#include "runtime_core/os/systems.h"
#include "runtime_core/panic/sigpanic.h"
#include "runtime_core/prof/cpuprof.h"
#include "runtime_core/runtime.h"

namespace runtime_core {

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
  return on_system([&](auto s) { return s.sigprocmask(set); });
}
void setsig(i32 sig, uintptr fn, bool restart) {
  on_system([&](auto s) { s.setsig(sig, fn, restart); });
}
uintptr getsig(i32 sig) {
  return on_system([&](auto s) { return s.getsig(sig); });
}
void signalstack(void* p, uintptr n) {
  on_system([&](auto s) { s.signalstack(p, n); });
}

// Without a queue of signals there is nobody to notify, and the default action is the right one.
void initsig() {
  for (i32 sig = 1; sig < nsig; sig++) {
    const u32 flags = sigtable[sig].flags;
    if (flags == 0 || (flags & (sig_default | sig_notify)) != 0) continue;
    setsig(sig, sigtramp_address(), true);
  }
}

void setitimer_prof(u32 period_us) {
  on_system([&](auto s) { s.setitimer_prof(period_us); });
}

void print_signal(const SignalInfo& info) {
  PrintBuffer out;
  out.text("[signal ").hex(static_cast<u64>(info.sig)).text(" code=").signed_number(info.code);
  out.text(" addr=").hex(info.address).text(" pc=").hex(info.pc).text("]\n").write();
}

void sigtramp(SignalInfo* info) {
  M* mp = getm();
  if (mp == nullptr) return sighandler(info, nullptr, nullptr);
  G* gp = mp->g;
  mp->g = &mp->gsignal;
  sighandler(info, mp, gp);
  mp->g = gp;
}

void sighandler(SignalInfo* info, M* mp, G* gp) {
  if (info->sig == sigprof_number) {
    if (mp != nullptr) sigprof(mp, gp, info->pc, info->sp);
    return;
  }
  constexpr i32 si_user = 0;
  const SigTab& known = sigtable[info->sig];
  const char* why = nullptr;
  if (mp != nullptr && info->code != si_user && (known.flags & sig_panic) != 0) {
    why = prepare_panic(info, mp, gp);
    if (why == nullptr) return;
  }
  print_signal(*info);
  if (why != nullptr) PrintBuffer().text(why).text("\n").write();
  fail("runtime.fault", known.name);
}

}  // namespace runtime_core
