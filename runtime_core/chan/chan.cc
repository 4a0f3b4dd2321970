// Channels: making, sending, receiving, closing (original: makechan, chansend, chanrecv,
// closechan).
#include "runtime_core/chan/chan.h"

#include "runtime_core/chan/element.h"
#include "runtime_core/panic/panic.h"
#include "runtime_core/runtime.h"
#include "runtime_core/sched/proc.h"

namespace runtime_core {

namespace {

constexpr uintptr element_bytes_max = (1 << 16) - 1;

bool has_no_pointers(const Type* elem) {
  return (elem->kind & kind_no_pointers) != 0 || elem->size == 0;
}

void check_size(const Type* elem, u64 size) {
  // Values lie in slots of frames, which are words.
  const bool words = elem->size % ptr_size == 0 && elem->align <= ptr_size;
  if (elem->size > element_bytes_max || !words) throw_("makechan: invalid channel element type");
  const uintptr room = (uintptr{1} << tuning().mheap_map_total_bits) - 1;
  if (elem->size > 0 && size > (room - sizeof(Hchan)) / elem->size) {
    throw_("makechan: size out of range");
  }
}

uintptr* slot_of(const Hchan* c, u64 index) { return c->buf + index * (c->elemsize / ptr_size); }

u64 next_index(const Hchan* c, u64 index) { return index + 1 == c->dataqsiz ? 0 : index + 1; }

void add_to_count(Hchan* c, u64 change) {
  c->qcount.store(c->qcount.load(relaxed) + change, relaxed);
}

// A record of gp, in a queue; gp waits. REQUIRES: the lock, which is released.
Sudog* wait_in(Goroutine* gp, Hchan* c, WaitQueue* q, uintptr* elem, const char* reason) {
  Sudog* s = acquire_sudog(gp);
  M* mp = gp->m;
  store_link(mp, &s->elem, static_cast<void*>(elem));
  gp->param = nullptr;
  enqueue(mp, q, s);
  goparkunlock(gp, &c->lock, reason);
  if (gp->waiting != s) throw_("G waiting list is corrupted!");
  set_waiting(gp, nullptr);
  return s;
}

// The goroutine that waits longest is made ready; with a buffer it looks for itself.
// REQUIRES: the lock, which is released.
void unlock_and_wake(M* mp, Hchan* c, WaitQueue* q) {
  Sudog* s = dequeue(mp, q);
  unlock(mp, &c->lock);
  if (s != nullptr) ready(mp, s->g);
}

void wake_all(M* mp, WaitQueue* q) {
  while (Sudog* s = dequeue(mp, q)) {
    store_link(mp, &s->elem, static_cast<void*>(nullptr));
    s->g->param = nullptr;
    ready(mp, s->g);
  }
}

[[noreturn]] void wait_for_ever(Goroutine* gp, const char* reason) {
  gopark(gp, nullptr, nullptr, reason);
  throw_("unreachable");
}

[[noreturn]] void panic_closed(Goroutine* gp) { panicstring(gp, "send on closed channel"); }

// Without the lock; a hint, in the order that the original wants.
bool is_surely_full(Hchan* c) {
  if (c->closed.load(relaxed) != 0) return false;
  if (c->dataqsiz == 0) return std::atomic_ref<Sudog*>(c->recvq.first).load(relaxed) == nullptr;
  return c->qcount.load(relaxed) == c->dataqsiz;
}

bool is_surely_empty(Hchan* c) {
  const bool empty = c->dataqsiz == 0
                         ? std::atomic_ref<Sudog*>(c->sendq.first).load(relaxed) == nullptr
                         : c->qcount.load(seq_cst) == 0;
  return empty && c->closed.load(seq_cst) == 0;
}

// REQUIRES: the lock, which is released.
bool send_unbuffered(Goroutine* gp, Hchan* c, StackPlace from, bool block) {
  M* mp = gp->m;
  if (Sudog* receiver = dequeue(mp, &c->recvq)) {
    unlock(mp, &c->lock);
    send_to(gp, c, receiver, from);
    return true;
  }
  if (!block) {
    unlock(mp, &c->lock);
    return false;
  }
  Sudog* mine = wait_in(gp, c, &c->sendq, at_place(gp, from), "chan send");
  if (gp->param == nullptr) {
    if (c->closed.load(relaxed) == 0) throw_("chansend: spurious wakeup");
    release_sudog(gp, mine);
    panic_closed(gp);
  }
  gp->param = nullptr;
  release_sudog(gp, mine);
  return true;
}

bool send_buffered(Goroutine* gp, Hchan* c, StackPlace from, bool block) {
  while (c->qcount.load(relaxed) >= c->dataqsiz) {
    if (!block) {
      unlock(gp->m, &c->lock);
      return false;
    }
    release_sudog(gp, wait_in(gp, c, &c->sendq, nullptr, "chan send"));
    lock(gp->m, &c->lock);
    if (c->closed.load(relaxed) == 0) continue;
    unlock(gp->m, &c->lock);
    panic_closed(gp);
  }
  put_into_buffer(gp, c, from);
  unlock_and_wake(gp->m, c, &c->recvq);
  return true;
}

// REQUIRES: the lock, which is released.
Received receive_closed(Goroutine* gp, Hchan* c, StackPlace to) {
  unlock(gp->m, &c->lock);
  receive_nothing(gp, c, to);
  return {true, false};
}

Received receive_unbuffered(Goroutine* gp, Hchan* c, StackPlace to, bool block) {
  M* mp = gp->m;
  if (c->closed.load(relaxed) != 0) return receive_closed(gp, c, to);
  if (Sudog* sender = dequeue(mp, &c->sendq)) {
    unlock(mp, &c->lock);
    receive_from(gp, c, sender, to);
    return {true, true};
  }
  if (!block) {
    unlock(mp, &c->lock);
    return {false, false};
  }
  Sudog* mine = wait_in(gp, c, &c->recvq, at_place(gp, to), "chan receive");
  const bool has_value = gp->param != nullptr;
  gp->param = nullptr;
  release_sudog(gp, mine);
  if (has_value) return {true, true};
  lock(gp->m, &c->lock);
  if (c->closed.load(relaxed) == 0) throw_("chanrecv: spurious wakeup");
  return receive_closed(gp, c, to);
}

Received receive_buffered(Goroutine* gp, Hchan* c, StackPlace to, bool block) {
  while (c->qcount.load(relaxed) == 0) {
    if (c->closed.load(relaxed) != 0) return receive_closed(gp, c, to);
    if (!block) {
      unlock(gp->m, &c->lock);
      return {false, false};
    }
    release_sudog(gp, wait_in(gp, c, &c->recvq, nullptr, "chan receive"));
    lock(gp->m, &c->lock);
  }
  take_from_buffer(gp, c, to);
  unlock_and_wake(gp->m, c, &c->sendq);
  return {true, true};
}

}  // namespace

// Without pointers the buffer lies behind the header, in a block that is not scanned: goroutines
// hold the records in its queues.
void makechan(Goroutine* gp, const Type* elem, u64 size, KeepChannel keep, void* context) {
  check_size(elem, size);
  Runtime* rt = gp->m->rt;
  Hchan* c = nullptr;
  if (has_no_pointers(elem)) {
    const uintptr bytes = sizeof(Hchan) + size * elem->size;
    c = static_cast<Hchan*>(mallocgc(gp->m, bytes, nullptr, flag_no_scan));
    c->buf = reinterpret_cast<uintptr*>(c + 1);
    keep(context, c);
  } else {
    c = static_cast<Hchan*>(newobject(gp->m, &rt->types.hchan));
    keep(context, c);
    auto* buf = static_cast<uintptr*>(newarray(gp->m, elem, size));
    announce_pointer(reinterpret_cast<uintptr*>(&c->buf), reinterpret_cast<uintptr>(buf));
    store_link(gp->m, &c->buf, buf);
  }
  c->elemsize = static_cast<u32>(elem->size);
  c->elemtype = elem;
  c->dataqsiz = size;
}

bool chansend(Goroutine* gp, Hchan* c, StackPlace from, bool block) {
  if (c == nullptr) {
    if (!block) return false;
    wait_for_ever(gp, "chan send (nil chan)");
  }
  if (!block && is_surely_full(c)) return false;
  lock(gp->m, &c->lock);
  if (c->closed.load(relaxed) != 0) {
    unlock(gp->m, &c->lock);
    panic_closed(gp);
  }
  return (c->dataqsiz == 0 ? send_unbuffered : send_buffered)(gp, c, from, block);
}

Received chanrecv(Goroutine* gp, Hchan* c, StackPlace to, bool block) {
  if (c == nullptr) {
    if (!block) return {false, false};
    wait_for_ever(gp, "chan receive (nil chan)");
  }
  if (!block && is_surely_empty(c)) return {false, false};
  lock(gp->m, &c->lock);
  return (c->dataqsiz == 0 ? receive_unbuffered : receive_buffered)(gp, c, to, block);
}

void closechan(Goroutine* gp, Hchan* c) {
  if (c == nullptr) panicstring(gp, "close of nil channel");
  M* mp = gp->m;
  lock(mp, &c->lock);
  if (c->closed.load(relaxed) != 0) {
    unlock(mp, &c->lock);
    panicstring(gp, "close of closed channel");
  }
  c->closed.store(1, relaxed);
  wake_all(mp, &c->recvq);
  wake_all(mp, &c->sendq);
  unlock(mp, &c->lock);
}

// --- what a select needs too -------------------------------------------------------------------

void put_into_buffer(Goroutine* gp, Hchan* c, StackPlace from) {
  copy_element(gp->m, c->elemtype, slot_of(c, c->sendx), at_place(gp, from));
  c->sendx = next_index(c, c->sendx);
  add_to_count(c, 1);
}

void take_from_buffer(Goroutine* gp, Hchan* c, StackPlace to) {
  uintptr* slot = slot_of(c, c->recvx);
  if (is_somewhere(to)) copy_element(gp->m, c->elemtype, at_place(gp, to), slot);
  clear_element(c->elemtype, slot);
  c->recvx = next_index(c, c->recvx);
  add_to_count(c, ~u64{0});
}

void send_to(Goroutine* gp, Hchan* c, Sudog* s, StackPlace from) {
  M* mp = gp->m;
  auto* elem = static_cast<uintptr*>(s->elem);
  if (elem != nullptr) {
    copy_element_to_stack(mp, c->elemtype, elem, at_place(gp, from));
    // After the store, as the scan sets it before it looks.
    if (tuning().skip_clean_stacks != 0 && rules().remote_stores_count) {
      s->g->gcscanvalid.store(false, seq_cst);
    }
  }
  store_link(mp, &s->elem, static_cast<void*>(nullptr));
  s->g->param = s;
  ready(mp, s->g);
}

void receive_from(Goroutine* gp, Hchan* c, Sudog* s, StackPlace to) {
  M* mp = gp->m;
  const auto* elem = static_cast<const uintptr*>(s->elem);
  if (is_somewhere(to)) copy_element(mp, c->elemtype, at_place(gp, to), elem);
  store_link(mp, &s->elem, static_cast<void*>(nullptr));
  s->g->param = s;
  ready(mp, s->g);
}

void receive_nothing(Goroutine* gp, Hchan* c, StackPlace to) {
  if (is_somewhere(to)) clear_element(c->elemtype, at_place(gp, to));
}

}  // namespace runtime_core
