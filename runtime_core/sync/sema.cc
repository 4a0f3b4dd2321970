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

void queue(SemaRoot& root, Sudog* s) {
  s->next = nullptr;
  s->prev = root.tail;
  (root.tail != nullptr ? root.tail->next : root.head) = s;
  root.tail = s;
}

void dequeue(SemaRoot& root, Sudog* s) {
  (s->next != nullptr ? s->next->prev : root.tail) = s->prev;
  (s->prev != nullptr ? s->prev->next : root.head) = s->next;
}

// The first that waits for `count`, out of the queue. REQUIRES: root lock.
G* dequeue_first(SemaRoot& root, const std::atomic<u32>* count) {
  if (root.nwait.load(seq_cst) == 0) return nullptr;
  for (Sudog* s = root.head; s != nullptr; s = s->next) {
    if (s->elem != count) continue;
    root.nwait.fetch_sub(1, seq_cst);
    dequeue(root, s);
    return s->g;
  }
  return nullptr;
}

}  // namespace

void semacquire(G* gp, std::atomic<u32>* count) {
  if (on_g0(gp->m)) throw_("semacquire not on the G stack");
  if (try_take(count)) return;
  Sudog s{gp, nullptr, nullptr, count};
  SemaRoot& root = root_of(gp->m, count);
  do {
    lock(gp->m, &root.lock);
    root.nwait.fetch_add(1, seq_cst);
    // Once more: who released before we were counted has not looked for us.
    if (try_take(count)) {
      root.nwait.fetch_sub(1, seq_cst);
      return unlock(gp->m, &root.lock);
    }
    queue(root, &s);
    goparkunlock(gp, &root.lock, "semacquire");
  } while (!try_take(count));
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
  G* waiter = dequeue_first(root, count);
  unlock(mp, &root.lock);
  if (waiter != nullptr) ready(mp, waiter);
}

}  // namespace runtime_core
