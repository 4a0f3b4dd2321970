// OpenBSD: a semaphore for each thread on thrsleep and thrwakeup, and tfork (original:
// os1_openbsd.go; facts §24.3).
//
// Threads: only mp itself sleeps; anybody wakes.
// Invariants: sema.units: a unit is added and taken only under waitsemalock, which thrsleep gives
//   up in the same step in which it begins to wait.
// Ordering: the store that frees the spin lock, in thrsleep too, publishes the count, and what the
//   waker wrote before it, to the exchange that takes the lock next.
#include "runtime_core/os/print.h"
#include "runtime_core/os/systems.h"
#include "runtime_core/runtime.h"

namespace runtime_core {

namespace {

constexpr long sys_tfork = 8, sys_thrsleep = 94, sys_getthrid = 299, sys_thrwakeup = 301;
constexpr i64 esrch = 3, ewouldblock = 35, enotsup = 91;

// Original: tforkt.
struct Tfork {
  uintptr tcb;
  u64* tid;
  void* stack;
};

void spin_lock(M* mp) {
  // Waits by reading: so it is seen that it waits.
  while (mp->waitsemalock.exchange(1, seq_cst) != 0) {
    while (mp->waitsemalock.load(relaxed) != 0) OpenBsd::osyield();
  }
}

// A handler wakes the reader of the profile, who may be the M that it interrupts, or the one that
// this M is waking: it would wait for ever for a lock of its own thread. As committed it may. A
// sleeper takes no signal then, and needs none: the timer is that of who runs.
SigSet block_signals() {
  return rules().semawakeup_masks_signals ? OpenBsd::sigprocmask(sigset_all) : 0;
}
void unblock_signals(SigSet old) {
  if (rules().semawakeup_masks_signals) OpenBsd::sigprocmask(old);
}

}  // namespace

i32 OpenBsd::semasleep(M* mp, i64 ns) {
  Timespec deadline{};
  if (ns >= 0) {
    ns += nanotime();
    deadline = {ns / ns_per_second, ns % ns_per_second};
  }
  const SigSet old = block_signals();
  for (;;) {
    spin_lock(mp);
    const u32 count = mp->waitsemacount.load(relaxed);
    if (count != 0) {
      mp->waitsemacount.store(count - 1, relaxed);
      mp->waitsemalock.store(0, seq_cst);
      unblock_signals(old);
      return 0;
    }
    // Mutant openbsd-no-abort: the kernel is not told to look whether there is a unit by now.
    const uintptr abort = rules().thrsleep_aborts ? address_of(&mp->waitsemacount) : 0;
    const i64 ret =
        syscall6(sys_thrsleep, address_of(&mp->waitsemacount), openbsd_numbers.clock_monotonic,
                 ns >= 0 ? address_of(&deadline) : 0, address_of(&mp->waitsemalock), abort);
    if (ret != ewouldblock && rules().semasleep_retries) continue;
    unblock_signals(old);
    return -1;
  }
}

void OpenBsd::semawakeup(M* mp) {
  const SigSet old = block_signals();
  spin_lock(mp);
  mp->waitsemacount.store(mp->waitsemacount.load(relaxed) + 1, relaxed);
  const i64 ret = syscall6(sys_thrwakeup, address_of(&mp->waitsemacount), 1);
  if (ret != 0 && ret != esrch) {
    PrintBuffer out;
    out.text("thrwakeup addr=").hex(address_of(&mp->waitsemacount)).text(" ret=");
    out.signed_number(ret).text("\n").write();
  }
  mp->waitsemalock.store(0, seq_cst);
  unblock_signals(old);
}

i64 OpenBsd::new_thread(M* mp, void* stk, void (*fn)(M*)) {
  const Tfork param{address_of(mp->tls), &mp->procid, stk};
  const i64 ret = syscall6(sys_tfork, address_of(&param), sizeof param, address_of(mp),
                           reinterpret_cast<uintptr>(fn));
  if (ret == -enotsup) write_error("runtime: is kern.rthreads disabled?\n");
  return ret;
}

u64 OpenBsd::gettid() { return static_cast<u64>(syscall6(sys_getthrid)); }

}  // namespace runtime_core
