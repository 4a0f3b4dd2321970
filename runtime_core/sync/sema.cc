// Semaphores: a table of queues by address (original: semacquire, semrelease).
#include "runtime_core/sync/sema.h"

#include "runtime_core/runtime.h"
#include "runtime_core/sched/proc.h"

namespace runtime_core {

namespace {

SemaRoot& root_of(M* mp, const std::atomic<u32>* count) {
  return mp->rt->semtable[(reinterpret_cast<uintptr>(count) >> 3) % sema_roots];
}

bool try_take(std::atomic<u32>* count) {
  u32 n = count->load(seq_cst);
  while (n > 0) {
    if (count->compare_exchange_strong(n, n - 1, seq_cst, seq_cst)) return true;
  }
  return false;
}

void queue(M* mp, SemaRoot& root, Sudog* s, const std::atomic<u32>* count) {
  store_link(mp, &s->elem, static_cast<void*>(const_cast<std::atomic<u32>*>(count)));
  store_link(mp, &s->next, static_cast<Sudog*>(nullptr));
  store_link(mp, &s->prev, root.tail);
  if (root.tail != nullptr) {
    store_link(mp, &root.tail->next, s);
  } else {
    root.head = s;
  }
  root.tail = s;
}

void dequeue(M* mp, SemaRoot& root, Sudog* s) {
  if (s->next != nullptr) {
    store_link(mp, &s->next->prev, s->prev);
  } else {
    root.tail = s->prev;
  }
  if (s->prev != nullptr) {
    store_link(mp, &s->prev->next, s->next);
  } else {
    root.head = s->next;
  }
  store_link(mp, &s->elem, static_cast<void*>(nullptr));
  store_link(mp, &s->next, static_cast<Sudog*>(nullptr));
  store_link(mp, &s->prev, static_cast<Sudog*>(nullptr));
}

// The first that waits for `count`, out of the queue. REQUIRES: root lock.
G* dequeue_first(M* mp, SemaRoot& root, const std::atomic<u32>* count) {
  if (root.nwait.load(seq_cst) == 0) return nullptr;
  for (Sudog* s = root.head; s != nullptr; s = s->next) {
    if (s->elem != count) continue;
    root.nwait.fetch_sub(1, seq_cst);
    dequeue(mp, root, s);
    return s->g;
  }
  return nullptr;
}

}  // namespace

void semacquire(G* gp, std::atomic<u32>* count) {
  if (on_g0(gp->m)) throw_("semacquire not on the G stack");
  if (try_take(count)) return;
  Goroutine* self = goroutine(gp);
  Sudog* s = acquire_sudog(self);
  SemaRoot& root = root_of(gp->m, count);
  do {
    lock(gp->m, &root.lock);
    root.nwait.fetch_add(1, seq_cst);
    // Once more: who released before we were counted has not looked for us.
    if (try_take(count)) {
      root.nwait.fetch_sub(1, seq_cst);
      unlock(gp->m, &root.lock);
      break;
    }
    queue(gp->m, root, s, count);
    goparkunlock(gp, &root.lock, "semacquire");
  } while (!try_take(count));
  set_waiting(self, nullptr);
  release_sudog(self, s);
}

void semrelease(G* gp, std::atomic<u32>* count) {
  M* mp = gp->m;
  SemaRoot& root = root_of(mp, count);
  u32 waiting = 0;
  if (rules().semrelease_adds_first) {
    count->fetch_add(1, seq_cst);
    waiting = root.nwait.load(seq_cst);
  } else {
    waiting = root.nwait.load(seq_cst);
    count->fetch_add(1, seq_cst);
  }
  if (waiting == 0) return;
  lock(mp, &root.lock);
  G* waiter = dequeue_first(mp, root, count);
  unlock(mp, &root.lock);
  if (waiter != nullptr) ready(mp, waiter);
}

}  // namespace runtime_core
