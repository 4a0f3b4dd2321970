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

// As if the code at the registers' pc had called the function. What it keeps below its stack
// pointer stays, and the stack is aligned as for any call. A pc of 0 was itself called, by a null
// pointer: the caller's address is on the stack.
void call_from(greg_t* registers, uintptr function) {
  constexpr uintptr red_zone = 128, alignment = 16;
  const auto pc = static_cast<uintptr>(registers[REG_RIP]);
  const auto sp = static_cast<uintptr>(registers[REG_RSP]);
  auto* top = reinterpret_cast<uintptr*>((sp - red_zone) / alignment * alignment) - 1;
  *top = pc != 0 ? pc : *reinterpret_cast<const uintptr*>(sp);
  registers[REG_RSP] = reinterpret_cast<greg_t>(top);
  registers[REG_RIP] = static_cast<greg_t>(function);
}

void enter_handler(int sig, siginfo_t* info, void* context) {
  greg_t* registers = static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
  const auto pc = static_cast<uintptr>(registers[REG_RIP]);
  SignalInfo told{sig, info->si_code, reinterpret_cast<uintptr>(info->si_addr), pc,
                  static_cast<uintptr>(registers[REG_RSP])};
  sigtramp(&told);
  if (told.pc != pc) call_from(registers, told.pc);
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
