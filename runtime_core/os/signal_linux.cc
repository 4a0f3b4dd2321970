// Linux signals of amd64 (original: os1_linux.go, signal1_unix.go; facts §23, §24.1).
#include "runtime_core/os/systems.h"

namespace runtime_core {

namespace {

constexpr long sys_rt_sigaction = 13, sys_rt_sigprocmask = 14, sys_sigaltstack = 131,
               sys_setitimer = 38;
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

}  // namespace

SigSet Linux::sigprocmask(SigSet set) {
  SigSet old = 0;
  syscall6(sys_rt_sigprocmask, sig_setmask, address_of(&set), address_of(&old), sizeof set);
  return old;
}

void Linux::setsig(i32 sig, uintptr fn, bool restart) {
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

uintptr Linux::getsig(i32 sig) {
  SigAction sa{};
  const auto number = static_cast<uintptr>(sig);
  if (syscall6(sys_rt_sigaction, number, 0, address_of(&sa), sizeof sa.mask) != 0) {
    throw_("rt_sigaction read failure");
  }
  return sa.handler;
}

void Linux::signalstack(void* p, uintptr n) {
  const SigAltStack st{p, p == nullptr ? ss_disable : 0, n};
  syscall6(sys_sigaltstack, address_of(&st), 0);
}

void Linux::setitimer_prof(u32 period_us) {
  const Itimerval it = every(period_us);
  syscall6(sys_setitimer, itimer_prof, address_of(&it), 0);
}

}  // namespace runtime_core
