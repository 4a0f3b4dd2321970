// Semaphores of sync.Cond: who gives waits for who takes (original: syncsemacquire,
// syncsemrelease).
#include "runtime_core/runtime.h"
#include "runtime_core/sched/proc.h"
#include "runtime_core/sync/sema.h"

namespace runtime_core {

namespace {

void queue(M* mp, SyncSema* s, Sudog* w) {
  if (s->tail != nullptr) {
    store_link(mp, &s->tail->next, w);
  } else {
    s->head = w;
  }
  s->tail = w;
}

Sudog* dequeue(M* mp, SyncSema* s) {
  Sudog* w = s->head;
  s->head = w->next;
  if (s->head == nullptr) s->tail = nullptr;
  store_link(mp, &w->next, static_cast<Sudog*>(nullptr));
  return w;
}

// REQUIRES: the lock, which is released. `nrelease` as in Sudog.
void wait_in(Goroutine* gp, SyncSema* s, i64 nrelease, const char* reason) {
  Sudog* w = acquire_sudog(gp);
  w->nrelease = nrelease;
  queue(gp->m, s, w);
  goparkunlock(gp, &s->lock, reason);
  set_waiting(gp, nullptr);
  release_sudog(gp, w);
}

}  // namespace

void syncsemacquire(G* gp, SyncSema* s) {
  M* mp = gp->m;
  lock(mp, &s->lock);
  if (s->head == nullptr || s->head->nrelease < 0) {
    return wait_in(goroutine(gp), s, -1, "semacquire");
  }
  G* giver = nullptr;
  if (--s->head->nrelease == 0) giver = dequeue(mp, s)->g;
  unlock(mp, &s->lock);
  if (giver != nullptr) ready(mp, giver);
}

void syncsemrelease(G* gp, SyncSema* s, u32 n) {
  M* mp = gp->m;
  lock(mp, &s->lock);
  for (; n > 0 && s->head != nullptr && s->head->nrelease < 0; n--) ready(mp, dequeue(mp, s)->g);
  if (n > 0) return wait_in(goroutine(gp), s, n, "semarelease");
  unlock(mp, &s->lock);
}

}  // namespace runtime_core
