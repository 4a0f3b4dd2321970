// Native amd64 Linux: the system call instruction, the spin-wait hint and the end of the process.
#include <signal.h>
#include <time.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "runtime_core/os/signal.h"
#include "runtime_core/panic/dying.h"
#include "runtime_core/probe.h"

namespace runtime_core {

namespace {

constexpr long sys_write = 1;
constexpr uintptr stderr_fd = 2;

void write_stderr(const char* text) {
  syscall6(sys_write, stderr_fd, reinterpret_cast<uintptr>(text), __builtin_strlen(text));
}

#ifdef __SANITIZE_THREAD__
constexpr long sys_rt_sigaction = 13, sys_rt_sigprocmask = 14;

// The kernel's, of amd64.
struct SigAction {
  uintptr handler;
  u64 flags;
  uintptr restorer;
  SigSet mask;
};

sigset_t library_set(SigSet bits) {
  sigset_t set;
  sigemptyset(&set);
  std::memcpy(&set, &bits, sizeof bits);
  return set;
}

// By the C library, so that libtsan knows of handlers: it keeps a signal until the thread's next
// atomic operation, where a handler does not interrupt libtsan itself. By then it does not look at
// the mask; but the library's call hands over what was kept before it returns.
i64 call_library(long number, uintptr a, uintptr b, uintptr c) {
  int failed = 0;
  if (number == sys_rt_sigaction) {
    struct sigaction now = {}, before = {};
    if (const auto* wanted = reinterpret_cast<const SigAction*>(b); wanted != nullptr) {
      now.sa_handler = reinterpret_cast<void (*)(int)>(wanted->handler);
      now.sa_flags = static_cast<int>(wanted->flags);
      now.sa_mask = library_set(wanted->mask);
    }
    failed = sigaction(static_cast<int>(a), b != 0 ? &now : nullptr, &before);
    if (c != 0) {
      reinterpret_cast<SigAction*>(c)->handler = reinterpret_cast<uintptr>(before.sa_handler);
    }
  } else {
    const sigset_t now = library_set(*reinterpret_cast<const SigSet*>(b));
    sigset_t before;
    failed = sigprocmask(static_cast<int>(a), &now, &before);
    std::memcpy(reinterpret_cast<SigSet*>(c), &before, sizeof(SigSet));
  }
  return failed == 0 ? 0 : -errno;
}
#endif

}  // namespace

// Returns the kernel's raw result: failures are -errno, in [-4095, -1].
i64 syscall6(long number, uintptr a, uintptr b, uintptr c, uintptr d, uintptr e, uintptr f) {
#ifdef __SANITIZE_THREAD__
  if (number == sys_rt_sigaction || number == sys_rt_sigprocmask) {
    return call_library(number, a, b, c);
  }
#endif
  register uintptr r10 asm("r10") = d;
  register uintptr r8 asm("r8") = e;
  register uintptr r9 asm("r9") = f;
  i64 result;
  asm volatile("syscall"
               : "=a"(result)
               : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
               : "rcx", "r11", "memory");
  return result;
}

// Counts up, so that 0 asks for no PAUSE; the original's assembly would wrap around.
void procyield(u32 rounds) {
  for (u32 i = 0; i < rounds; i++) __builtin_ia32_pause();
}

void trap(i32 sig) {
  if (sig == sigfpe_number) {
    asm volatile("xorl %%edx, %%edx\n\tdivl %%edx" : : : "eax", "edx", "cc");
  } else {
    asm volatile("movl %%eax, 0" : : : "memory");
  }
  __builtin_unreachable();
}

// Through the vDSO, as the original does.
void clock_gettime(uintptr clock, void* timespec) {
  ::clock_gettime(static_cast<clockid_t>(clock), static_cast<struct timespec*>(timespec));
}

// One write per part: there may be no memory left to join them in.
void fail(const char* invariant, const char* message) {
  write_stderr("fatal error: ");
  write_stderr(message);
  write_stderr(" [");
  write_stderr(invariant);
  write_stderr("]\n");
  if (M* mp = getm()) die(mp);
  std::abort();
}

}  // namespace runtime_core
