// Run queues: a ring a P, from which others steal, and one list for all (original: runqput ..
// globrunqget; facts §17.4-17.5).
//
// Threads: one producer a ring, the owner of its P; anybody consumes. Invariants: 1. tail - head is
//   at most the ring's size; 2. slots [head, tail) hold Gs that nobody has taken.
// Ordering: the store of the tail publishes the slots to the acquire load of a thief; it is
//   sequentially consistent because the producer then looks for sleepers (proc.h). The swap of the
//   head takes slots, and gives them back to the producer.
#include "runtime_core/probe.h"
#include "runtime_core/runtime.h"
#include "runtime_core/sched/proc.h"

namespace runtime_core {

namespace {

constexpr u32 batch_max = runq_entries_max / 2;

u32 ring_size() { return 1u << tuning().runq_bits; }

std::atomic<G*>& slot(P* pp, u32 i) { return pp->runq[i % ring_size()]; }

void publish_tail(P* pp, u32 tail) {
  if (!rules().runqput_release) {
    pp->runqtail.store(tail, relaxed);
  } else if (!rules().runqput_fence) {
    pp->runqtail.store(tail, release);
  } else {
    pp->runqtail.store(tail, seq_cst);
  }
}

void note_put(const void* queue, const G* gp) {
  event(Event::runq_put, reinterpret_cast<u64>(gp), reinterpret_cast<u64>(queue));
}

void note_take(const void* queue, const G* gp) {
  event(Event::runq_take, reinterpret_cast<u64>(gp), reinterpret_cast<u64>(queue));
}

bool swap_head(P* pp, u32 head, u32 n) {
  return pp->runqhead.compare_exchange_strong(head, head + n, seq_cst, seq_cst);
}

// Copies n Gs from `head` on and takes them, unless others were faster.
bool take(P* pp, G** batch, u32 head, u32 n) {
  for (u32 i = 0; i < n; i++) batch[i] = slot(pp, head + i).load(relaxed);
  if (!swap_head(pp, head, n)) return false;
  for (u32 i = 0; i < n; i++) note_take(pp, batch[i]);
  return true;
}

// REQUIRES: sched lock, and the global queue is not empty.
G* pop_global(M* mp) {
  Sched& sched = mp->rt->sched;
  G* gp = sched.runqhead;
  sched.runqhead = gp->schedlink;
  if (sched.runqhead == nullptr) sched.runqtail = nullptr;
  note_take(&sched, gp);
  sched.runqsize.store(runqsize(mp) - 1, relaxed);
  return gp;
}

// Half of a full ring and gp go to the global queue. False: the ring is no longer full.
bool runqputslow(M* mp, P* pp, G* gp, u32 head, u32 tail) {
  G* batch[batch_max + 1];
  const u32 n = (tail - head) / 2;
  if (n != ring_size() / 2) throw_("runqputslow: queue is not full");
  if (!take(pp, batch, head, n)) return false;
  batch[n] = gp;
  for (u32 i = 0; i < n; i++) batch[i]->schedlink = batch[i + 1];
  lock(mp, &mp->rt->sched.lock);
  globrunqputbatch(mp, batch[0], batch[n], static_cast<i32>(n) + 1);
  unlock(mp, &mp->rt->sched.lock);
  return true;
}

// A head and a tail of which the head is not the newer one.
struct Ends {
  u32 head, tail;
};

Ends read_ends(const P* pp) {
  if (rules().runqgrab_consistent) {
    const u32 head = pp->runqhead.load(acquire);
    return {head, pp->runqtail.load(acquire)};
  }
  const u32 tail = pp->runqtail.load(acquire);
  return {pp->runqhead.load(acquire), tail};
}

// Original: runqgrab. Takes half of a ring, rounded up.
u32 runqgrab(P* pp, G** batch) {
  for (;;) {
    const Ends ends = read_ends(pp);
    u32 n = ends.tail - ends.head;
    n -= n / 2;
    if (n == 0) return 0;
    if (n > ring_size() / 2) {
      if (rules().runqgrab_consistent) continue;  // the head was read long before the tail
      fail("sched.runnable_once", "runqgrab: more than half of a ring");
    }
    if (take(pp, batch, ends.head, n)) return n;
  }
}

}  // namespace

void runqput(M* mp, P* pp, G* gp) {
  for (;;) {
    const u32 head = pp->runqhead.load(acquire);  // partner: the swap of who took slots
    const u32 tail = pp->runqtail.load(relaxed);  // only we write it
    if (tail - head < ring_size()) {
      slot(pp, tail).store(gp, relaxed);
      note_put(pp, gp);  // before, since others may take it at once
      publish_tail(pp, tail + 1);
      return;
    }
    if (runqputslow(mp, pp, gp, head, tail)) return;
  }
}

G* runqget(P* pp) {
  for (;;) {
    const u32 head = pp->runqhead.load(acquire);
    const u32 tail = pp->runqtail.load(relaxed);
    if (tail == head) return nullptr;
    G* gp = nullptr;
    if (rules().runqget_swaps) {
      if (take(pp, &gp, head, 1)) return gp;
    } else {
      gp = slot(pp, head).load(relaxed);
      note_take(pp, gp);
      pp->runqhead.store(head + 1, seq_cst);
      return gp;
    }
  }
}

// Original: runqsteal. Runs one of the stolen, queues the others.
G* runqsteal(P* pp, P* victim) {
  G* batch[batch_max];
  u32 n = runqgrab(victim, batch);
  if (n == 0) return nullptr;
  n--;
  if (n == 0) return batch[0];
  const u32 head = pp->runqhead.load(acquire);
  const u32 tail = pp->runqtail.load(relaxed);
  if (tail - head + n >= ring_size()) throw_("runqsteal: runq overflow");
  for (u32 i = 0; i < n; i++) {
    slot(pp, tail + i).store(batch[i], relaxed);
    note_put(pp, batch[i]);
  }
  publish_tail(pp, tail + n);
  return batch[n];
}

// What others put at the same time may be missed.
bool runqempty(const P* pp) {
  const u32 head = pp->runqhead.load(seq_cst);
  return head == pp->runqtail.load(seq_cst);
}

void globrunqput(M* mp, G* gp) { globrunqputbatch(mp, gp, gp, 1); }

void globrunqputbatch(M* mp, G* head, G* tail, i32 n) {
  Sched& sched = mp->rt->sched;
  tail->schedlink = nullptr;
  if (sched.runqtail != nullptr) {
    sched.runqtail->schedlink = head;
  } else {
    sched.runqhead = head;
  }
  sched.runqtail = tail;
  for (G* gp = head; gp != nullptr; gp = gp->schedlink) note_put(&sched, gp);
  sched.runqsize.store(sched.runqsize.load(relaxed) + n, relaxed);
}

void runqcollect(M* mp, i32 old) {
  Sched& sched = mp->rt->sched;
  for (bool any = true; any;) {
    any = false;
    for (i32 i = 0; i < old; i++) {
      P* pp = p_at(mp, i);
      if (runqempty(pp)) continue;
      any = true;
      const u32 tail = pp->runqtail.load(relaxed) - 1;
      pp->runqtail.store(tail, relaxed);
      G* gp = slot(pp, tail).load(relaxed);
      note_take(pp, gp);
      gp->schedlink = sched.runqhead;
      sched.runqhead = gp;
      if (sched.runqtail == nullptr) sched.runqtail = gp;
      note_put(&sched, gp);
      sched.runqsize.store(runqsize(mp) + 1, relaxed);
    }
  }
}

void runqspread(M* mp, i32 count) {
  const i32 most = count * static_cast<i32>(ring_size() / 2);
  for (i32 i = 1; i < most && runqsize(mp) > 0; i++) {
    P* pp = p_at(mp, i % count);
    runqput(mp, pp, pop_global(mp));
  }
}

i32 runqsize(M* mp) { return mp->rt->sched.runqsize.load(relaxed); }

G* globrunqget(M* mp, P* pp, i32 max) {
  const i32 size = runqsize(mp);
  if (size == 0) return nullptr;
  i32 n = size / count_ps(mp) + 1;
  if (n > size) n = size;
  if (max > 0 && n > max) n = max;
  const i32 half = static_cast<i32>(ring_size() / 2);
  if (n > half) n = half;
  G* first = pop_global(mp);
  for (i32 i = 1; i < n; i++) runqput(mp, pp, pop_global(mp));
  return first;
}

}  // namespace runtime_core
