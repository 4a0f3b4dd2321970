// Native amd64 Linux: threads of the C library and the M of each, the way into a signal handler and
// out of it.
#include <pthread.h>
#include <signal.h>
#include <ucontext.h>

#include "runtime_core/os/signal.h"
#include "runtime_core/probe.h"

namespace runtime_core {

namespace {

thread_local M* this_m;

struct Entry {
  void (*fn)(M*);
  M* mp;
};

void* run_entry(void* p) {
  const Entry entry = *static_cast<Entry*>(p);
  delete static_cast<Entry*>(p);
  entry.fn(entry.mp);
  return nullptr;
}

void enter_handler(int sig, siginfo_t* info, void* context) {
  const greg_t* registers = static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
  const SignalInfo told{sig, info->si_code, reinterpret_cast<uintptr>(info->si_addr),
                        static_cast<uintptr>(registers[REG_RIP]),
                        static_cast<uintptr>(registers[REG_RSP])};
  sigtramp(&told);
}

}  // namespace

// The program around the runtime uses the C library, whose threads have its thread-local storage:
// the original's way with cgo. They share what `flags` say. -errno when the system refuses.
i64 clone(u32, void* stk, M* mp, void (*fn)(M*)) {
  if (stk != nullptr) throw_("clone: the C library provides the stack");
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_t thread;
  auto* entry = new Entry{fn, mp};
  const int error = pthread_create(&thread, &attributes, run_entry, entry);
  pthread_attr_destroy(&attributes);
  if (error != 0) delete entry;
  return -error;
}

// A goroutine may go on on another thread: nobody may keep the place of the variable, as the
// compiler would in a function that it sees.
void settls(M* mp) { this_m = mp; }
M* getm() { return this_m; }

// rt_sigreturn: what a handler returns to.
asm(".text\n"
    ".type tricolor_sigreturn, @function\n"
    "tricolor_sigreturn:\n"
    "  mov $15, %eax\n"
    "  syscall\n"
    ".size tricolor_sigreturn, . - tricolor_sigreturn\n");
extern "C" void tricolor_sigreturn();

uintptr sigreturn_address() { return reinterpret_cast<uintptr>(&tricolor_sigreturn); }
uintptr sigtramp_address() { return reinterpret_cast<uintptr>(&enter_handler); }

}  // namespace runtime_core
