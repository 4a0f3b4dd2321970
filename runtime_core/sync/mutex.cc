// Runtime locks: the count of held locks and the choice of a flavour (original: lock, unlock).
#include "runtime_core/sync/mutex.h"

#include "runtime_core/runtime.h"

namespace runtime_core {

void lock(M* mp, Mutex* mutex) {
  if (mp->locks < 0) throw_("runtime·lock: lock count");
  // Counted before the lock is held, so that the M is pinned while it waits.
  mp->locks++;
  event(Event::lock_begin, reinterpret_cast<u64>(mutex));
  if (tuning().lock_flavour == 0) {
    lock_futex(mp, mutex);
  } else {
    lock_sema(mp, mutex);
  }
  event(Event::lock_acquire, reinterpret_cast<u64>(mutex));
}

// The original re-arms stackguard0 when the last lock goes while g.preempt is set. Here the
// request is m.preempt, which stays set until a safe point sees it with no lock held.
void unlock(M* mp, Mutex* mutex) {
  event(Event::lock_release, reinterpret_cast<u64>(mutex));
  if (tuning().lock_flavour == 0) {
    unlock_futex(mutex);
  } else {
    unlock_sema(mutex);
  }
  mp->locks--;
  if (mp->locks < 0) throw_("runtime·unlock: lock count");
}

}  // namespace runtime_core
