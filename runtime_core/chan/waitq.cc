// Queues of goroutines at a channel (original: waitq).
#include "runtime_core/chan/chan.h"
#include "runtime_core/heap/type_mask.h"
#include "runtime_core/runtime.h"

namespace runtime_core {

namespace {

constexpr TypeMask hchan_mask = make_type_mask(0b011110000100);
static_assert(sizeof(Hchan) == 12 * ptr_size);

void unlink(M* mp, Sudog* s) {
  if (rules().sudog_unlinked) store_link(mp, &s->next, static_cast<Sudog*>(nullptr));
}

// The right to make the goroutine of a select ready.
bool claim(u32* selectdone) {
  std::atomic_ref<u32> done(*selectdone);
  u32 free = 0;
  if (rules().select_claimed_by_swap) {
    return done.load(relaxed) == 0 && done.compare_exchange_strong(free, 1, seq_cst, seq_cst);
  }
  free = done.load(seq_cst);
  if (free == 0) done.store(1, seq_cst);
  return free == 0;
}

}  // namespace

Type make_hchan_type() { return make_struct_type(sizeof(Hchan), hchan_mask, "hchan"); }

void enqueue(M* mp, WaitQueue* q, Sudog* s) {
  store_link(mp, &s->next, static_cast<Sudog*>(nullptr));
  store_link(mp, q->first == nullptr ? &q->first : &q->last->next, s);
  store_link(mp, &q->last, s);
}

Sudog* dequeue(M* mp, WaitQueue* q) {
  while (Sudog* s = q->first) {
    store_link(mp, &q->first, s->next);
    if (q->last == s) store_link(mp, &q->last, static_cast<Sudog*>(nullptr));
    u32* selectdone = s->selectdone;
    const bool claimed = selectdone == nullptr || claim(selectdone);
    unlink(mp, s);
    if (claimed) return s;
  }
  return nullptr;
}

void dequeue_record(M* mp, WaitQueue* q, Sudog* s) {
  Sudog* before = nullptr;
  for (Sudog** link = &q->first; *link != nullptr; link = &before->next) {
    if (*link == s) {
      store_link(mp, link, s->next);
      if (q->last == s) store_link(mp, &q->last, before);
      return unlink(mp, s);
    }
    before = *link;
  }
}

}  // namespace runtime_core
