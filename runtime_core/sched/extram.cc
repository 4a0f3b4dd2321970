// Ms for threads that the runtime has not made and that call into it (original: newextram, needm,
// dropm, lockextra, cgocallbackg; facts §17.19).
//
// Threads: any; a thread has such an M for the time of one call. Invariants: an M in the list has
//   no thread, and its goroutine is in a system call; sched.locked_to_m.
// Ordering: the list's head holds `taken` while somebody changes it; the swap that takes it reads
//   what the store that puts it back published.
#include "runtime_core/os/os.h"
#include "runtime_core/os/signal.h"
#include "runtime_core/os/thread.h"
#include "runtime_core/runtime.h"
#include "runtime_core/sched/proc.h"

namespace runtime_core {

namespace {

constexpr uintptr none = 0, taken = 1;

// The list, or null. Waits while it is taken, and unless `may_be_empty` while there is nothing.
M* lockextra(Runtime* rt, bool may_be_empty) {
  for (;;) {
    uintptr old = rt->extram.load(seq_cst);
    if (old == taken) {
      osyield();
    } else if (old == none && !may_be_empty) {
      usleep(1);
    } else if (rt->extram.compare_exchange_strong(old, taken, seq_cst, seq_cst)) {
      return reinterpret_cast<M*>(old);
    } else {
      osyield();
    }
  }
}

void unlockextra(Runtime* rt, M* head) {
  rt->extram.store(reinterpret_cast<uintptr>(head), seq_cst);
}

void push_extra(Runtime* rt, M* mp) {
  mp->schedlink = lockextra(rt, true);
  unlockextra(rt, mp);
}

// The goroutine is in a system call again, and the thread goes back to its own stack.
G* leave_callback(M*, G*) { return nullptr; }

// What the goroutine of such an M runs, one call after the other.
void run_callbacks(void* value) {
  G* gp = static_cast<M*>(value)->g;
  for (;;) {
    exitsyscall(gp);
    if (gp->m->needextram) {
      gp->m->needextram = false;
      newextram(gp->m);
    }
    gp->fn(gp, gp->arg);
    entersyscall(gp);
    mcall(gp, leave_callback);
  }
}

}  // namespace

// One M more than threads that are calling, so that none of them has to make one without a P.
void newextram(M* mp) {
  mp->locks++;
  M* extra = allocm(mp);
  mcommoninit(mp->rt, extra);
  G* gp = malg(mp, run_callbacks);
  casgstatus(gp, g_idle, g_syscall);
  extra->curg.store(gp, relaxed);
  gp->m = extra;
  gp->goid = static_cast<i64>(mp->rt->sched.goidgen.fetch_add(1, seq_cst) + 1);
  extra->locked = lock_internal;
  extra->lockedg = gp;
  gp->lockedm = extra;
  allgadd(mp, gp);
  push_extra(mp->rt, extra);
  mp->locks--;
}

namespace {

// An M for the calling thread.
M* needm(Runtime* rt) {
  M* mp = lockextra(rt, false);
  // The last one: the call makes another, once it has a P.
  mp->needextram = mp->schedlink == nullptr;
  unlockextra(rt, mp->schedlink);
  mp->schedlink = nullptr;
  mp->g = &mp->g0;
  minit(mp);
  return mp;
}

void dropm(M* mp) {
  unminit(mp);
  push_extra(mp->rt, mp);
}

}  // namespace

void callback(Runtime* rt, GoroutineFn fn, void* arg) {
  M* mp = needm(rt);
  G* gp = mp->curg.load(relaxed);
  gp->fn = fn;
  gp->arg = arg;
  run_until(mp, gp, leave_callback);
  dropm(mp);
}

}  // namespace runtime_core
