// Waiting for one of several channels, in three passes (original: selectgoImpl, selunlock,
// selparkcommit).
#include "runtime_core/chan/select.h"

#include "runtime_core/panic/panic.h"
#include "runtime_core/runtime.h"
#include "runtime_core/sched/proc.h"

namespace runtime_core {

namespace {

// The words of the record, where the stack is now.
struct Record {
  uintptr* flag;
  Hchan** lockorder;
  uintptr* pollorder;
};

Record record_of(const Goroutine* gp, const Select* sel) {
  uintptr* words = at_place(gp, sel->record);
  return {words, reinterpret_cast<Hchan**>(words + 1), words + 1 + sel->count};
}

Hchan* channel_of(const Goroutine* gp, const SelectCaseOf& one) {
  if (one.kind == SelectKind::otherwise) return nullptr;
  return *reinterpret_cast<Hchan**>(at_place(gp, one.chan));
}

WaitQueue* queue_of(Hchan* c, const SelectCaseOf& one) {
  return one.kind == SelectKind::send ? &c->sendq : &c->recvq;
}

// Who polls in the order of the program would starve the last case.
void shuffle(Goroutine* gp, const Select* sel) {
  uintptr* order = record_of(gp, sel).pollorder;
  for (u32 i = 0; i < sel->count; i++) {
    const u32 random = fastrand1(gp->m);
    const u32 j = decide(Decision::select_order, i + 1, random % (i + 1));
    order[i] = order[j];
    order[j] = i;
  }
}

// By address; those that are null come first.
void sort_channels(Goroutine* gp, const Select* sel) {
  Hchan** order = record_of(gp, sel).lockorder;
  for (u32 i = 0; i < sel->count; i++) {
    Hchan* c = channel_of(gp, sel->cases[i]);
    u32 at = i;
    for (; at > 0 && order[at - 1] > c; at--) order[at] = order[at - 1];
    order[at] = c;
  }
}

void lock_all(Goroutine* gp, const Select* sel) {
  Hchan** order = record_of(gp, sel).lockorder;
  for (u32 i = 0; i < sel->count; i++) {
    Hchan* c = order[i];
    if (c != nullptr && (i == 0 || order[i - 1] != c)) lock(gp->m, &c->lock);
  }
}

// In the opposite order. Nothing of the goroutine's may be touched after the last unlock: it may
// run again, elsewhere, and be done with the record.
void unlock_all(M* mp, const Goroutine* gp, const Select* sel) {
  Hchan** order = record_of(gp, sel).lockorder;
  const u32 count = sel->count;
  u32 first = 0;
  while (first < count && order[first] == nullptr) first++;
  if (first == count) return;
  u32 i = count;
  bool more = true;
  do {
    i--;
    Hchan* c = order[i];
    more = i > first;
    if (!more || order[i - 1] != c) unlock(mp, &c->lock);
    if (!rules().select_unlocks_and_leaves) more = order[i] != order[first];
  } while (more);
}

bool unlock_parked(M* mp, G* gp, void* sel) {
  unlock_all(mp, goroutine(gp), static_cast<const Select*>(sel));
  return true;
}

void unlock_and_ready(Goroutine* gp, const Select* sel, const Sudog* s) {
  unlock_all(gp->m, gp, sel);
  if (s != nullptr) ready(gp->m, s->g);
}

enum class Tried : u8 { waits, done, closed };

// REQUIRES: all locked; released unless it waits.
Tried try_receive(Goroutine* gp, const Select* sel, const SelectCaseOf& one, Hchan* c) {
  if (c->dataqsiz > 0 && c->qcount.load(relaxed) > 0) {
    take_from_buffer(gp, c, one.value);
    unlock_and_ready(gp, sel, dequeue(gp->m, &c->sendq));
    return Tried::done;
  }
  Sudog* sender = c->dataqsiz == 0 ? dequeue(gp->m, &c->sendq) : nullptr;
  if (sender != nullptr) {
    unlock_all(gp->m, gp, sel);
    receive_from(gp, c, sender, one.value);
    return Tried::done;
  }
  if (c->closed.load(relaxed) == 0) return Tried::waits;
  unlock_all(gp->m, gp, sel);
  receive_nothing(gp, c, one.value);
  return Tried::closed;
}

Tried try_send(Goroutine* gp, const Select* sel, const SelectCaseOf& one, Hchan* c) {
  if (c->closed.load(relaxed) != 0) {
    unlock_all(gp->m, gp, sel);
    panicstring(gp, "send on closed channel");
  }
  if (c->dataqsiz > 0) {
    if (c->qcount.load(relaxed) == c->dataqsiz) return Tried::waits;
    put_into_buffer(gp, c, one.value);
    unlock_and_ready(gp, sel, dequeue(gp->m, &c->recvq));
    return Tried::done;
  }
  Sudog* receiver = dequeue(gp->m, &c->recvq);
  if (receiver == nullptr) return Tried::waits;
  unlock_all(gp->m, gp, sel);
  send_to(gp, c, receiver, one.value);
  return Tried::done;
}

// Pass 1: one that need not wait. True: it is in *selected, and everything is unlocked.
bool do_what_is_ready(Goroutine* gp, const Select* sel, Selected* selected) {
  u32 otherwise = sel->count;
  for (u32 i = 0; i < sel->count; i++) {
    const auto index = static_cast<u32>(record_of(gp, sel).pollorder[i]);
    const SelectCaseOf& one = sel->cases[index];
    if (one.kind == SelectKind::otherwise) otherwise = index;
    Hchan* c = channel_of(gp, one);
    if (c == nullptr) continue;
    const bool sends = one.kind == SelectKind::send;
    const Tried tried = (sends ? try_send : try_receive)(gp, sel, one, c);
    if (tried == Tried::waits) continue;
    *selected = {index, tried == Tried::done && !sends};
    return true;
  }
  if (otherwise == sel->count) return false;
  unlock_all(gp->m, gp, sel);
  *selected = {otherwise, false};
  return true;
}

// Pass 2: into all queues. REQUIRES: all locked; released, and locked again.
void wait_for_all(Goroutine* gp, const Select* sel) {
  const Record record = record_of(gp, sel);
  *record.flag = 0;
  for (u32 i = 0; i < sel->count; i++) {
    const SelectCaseOf& one = sel->cases[record.pollorder[i]];
    Hchan* c = channel_of(gp, one);
    if (c == nullptr) continue;
    Sudog* s = acquire_sudog(gp);
    store_link(gp->m, &s->selectdone, reinterpret_cast<u32*>(record.flag));
    store_link(gp->m, &s->elem, static_cast<void*>(at_place(gp, one.value)));
    enqueue(gp->m, queue_of(c, one), s);
  }
  gp->param = nullptr;
  gopark(gp, unlock_parked, const_cast<Select*>(sel), "select");
  lock_all(gp, sel);
}

// Pass 3: out of the queues. True: one case has been done by who made the goroutine ready.
// REQUIRES: all locked.
bool leave_queues(Goroutine* gp, const Select* sel, u32* winner) {
  M* mp = gp->m;
  const auto* done = static_cast<const Sudog*>(gp->param);
  gp->param = nullptr;
  Sudog* s = gp->waiting;
  for (Sudog* one = s; one != nullptr; one = one->waitlink) {
    store_link(mp, &one->selectdone, static_cast<u32*>(nullptr));
    store_link(mp, &one->elem, static_cast<void*>(nullptr));
  }
  set_waiting(gp, nullptr);
  bool found = false;
  for (u32 i = sel->count; i > 0; i--) {
    const auto index = static_cast<u32>(record_of(gp, sel).pollorder[i - 1]);
    const SelectCaseOf& one = sel->cases[index];
    Hchan* c = channel_of(gp, one);
    if (c == nullptr) continue;
    if (s == done) {
      found = true;
      *winner = index;
    } else {
      dequeue_record(mp, queue_of(c, one), s);
    }
    Sudog* next = s->waitlink;
    if (rules().sudog_unlinked) set_waitlink(mp, s, nullptr);
    release_sudog(gp, s);
    s = next;
  }
  return found;
}

}  // namespace

Selected selectgo(Goroutine* gp, const Select* sel) {
  if (sel->count == 0) {
    gopark(gp, nullptr, nullptr, "select (no cases)");
    throw_("unreachable");
  }
  shuffle(gp, sel);
  sort_channels(gp, sel);
  lock_all(gp, sel);
  for (;;) {
    Selected selected{};
    if (do_what_is_ready(gp, sel, &selected)) return selected;
    wait_for_all(gp, sel);
    u32 winner = 0;
    // A channel with a buffer, or a closed one, only says that it is worth another look.
    if (!leave_queues(gp, sel, &winner)) continue;
    const SelectCaseOf& one = sel->cases[winner];
    if (channel_of(gp, one)->dataqsiz > 0) throw_("selectgo: shouldn't happen");
    unlock_all(gp->m, gp, sel);
    return {winner, one.kind == SelectKind::receive};
  }
}

}  // namespace runtime_core
