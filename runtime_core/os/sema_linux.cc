// One semaphore a thread, shaped as OpenBSD's and built on a futex (original: os1_openbsd.go:
// semacreate, semasleep, semawakeup; facts §24.3).
//
// Threads: only mp itself sleeps; anybody wakes.
// Invariants: sema.units: a unit is added and taken only under waitsemalock.
// Ordering: the store that frees the spin lock publishes the count, and what the waker wrote
//   before it, to the exchange that takes the lock next.
#include "runtime_core/os/os.h"
#include "runtime_core/os/systems.h"
#include "runtime_core/runtime.h"

namespace runtime_core {

namespace {

void spin_lock(M* mp) {
  while (mp->waitsemalock.exchange(1, seq_cst) != 0) osyield();
}

void spin_unlock(M* mp) { mp->waitsemalock.store(0, seq_cst); }

bool take_unit(M* mp) {
  spin_lock(mp);
  const u32 count = mp->waitsemacount.load(relaxed);
  if (count > 0) mp->waitsemacount.store(count - 1, relaxed);
  spin_unlock(mp);
  return count > 0;
}

}  // namespace

// FreeBSD's too: the futexes and clocks are those of the system that the program runs on.
i32 Linux::semasleep(M* mp, i64 ns) {
  const i64 deadline = ns >= 0 ? deadline_after(ns) : 0;
  while (!take_unit(mp)) {
    i64 left = -1;
    if (ns >= 0) {
      left = deadline - runtime_core::nanotime();
      if (left <= 0) return -1;
    }
    // thrsleep gives the spin lock up and tests the count in one step. The futex needs no such
    // step: a unit that was added since makes the comparison with 0 fail.
    runtime_core::futexsleep(&mp->waitsemacount, 0, left);
    if (!rules().semasleep_retries) return take_unit(mp) ? 0 : -1;
  }
  return 0;
}

void Linux::semawakeup(M* mp) {
  spin_lock(mp);
  const u32 count = mp->waitsemacount.load(relaxed);
  mp->waitsemacount.store(count + 1, relaxed);
  runtime_core::futexwakeup(&mp->waitsemacount, 1);
  spin_unlock(mp);
}

}  // namespace runtime_core
