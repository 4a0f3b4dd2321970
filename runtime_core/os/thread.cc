// Threads of the system: creation with signals blocked, and the signal stack (original: os1_*.go).
#include "runtime_core/os/thread.h"

#include "runtime_core/os/mem.h"
#include "runtime_core/os/print.h"
#include "runtime_core/os/signal.h"
#include "runtime_core/os/systems.h"
#include "runtime_core/runtime.h"

namespace runtime_core {

void newosproc(M* parent, M* mp, void* stk, void (*fn)(M*)) {
  mp->tls[0] = static_cast<uintptr>(mp->id);
  // The thread must not run a handler before it has a stack for it; minit lets signals in again.
  const SigSet old = rtsigprocmask(sigset_all);
  const i64 ret = on_system([&](auto s) { return s.new_thread(mp, stk, fn); });
  rtsigprocmask(old);
  if (ret >= 0) return;
  printlock(parent);
  PrintBuffer out;
  out.text("runtime: failed to create new OS thread (have ");
  out.signed_number(parent->rt->sched.mcount).text(" already; errno=");
  out.signed_number(-ret).text(")\n").write();
  printunlock(parent);
  throw_("newosproc");
}

// The original takes the stack from stackalloc; until there are managed stacks it is a mapping.
void mpreinit(M* mp) {
  void* stack = sys_alloc(gsignal_stack_bytes, &mp->rt->stats.other_sys);
  if (stack == nullptr) throw_("runtime: cannot allocate memory");
  g_init(&mp->gsignal, StackKind::system, mp);
  mp->gsignal_stack = stack;
}

void minit(M* mp) {
  settls(mp);
  mp->procid = gettid();
  signalstack(mp->gsignal_stack, gsignal_stack_bytes);
  rtsigprocmask(sigset_none);
}

void unminit(M*) {
  signalstack(nullptr, 0);
  settls(nullptr);
}

u64 gettid() {
  return on_system([](auto s) { return s.gettid(); });
}

}  // namespace runtime_core
