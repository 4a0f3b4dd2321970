// Span descriptors and the circular lists they are on (original: MSpan_Init, MSpanList_*).
#include "runtime_core/heap/mspan.h"

#include "runtime_core/probe.h"

namespace runtime_core {

void mspan_init(MSpan* s, uintptr start, uintptr npages) {
  s->next.store(nullptr, relaxed);
  s->prev.store(nullptr, relaxed);
  s->start.store(start, relaxed);
  s->npages.store(npages, relaxed);
  s->freelist = nullptr;
  s->ref = 0;
  s->sizeclass.store(0, relaxed);
  s->incache = false;
  s->elemsize.store(0, relaxed);
  s->state.store(span_dead, relaxed);
  s->unusedsince = 0;
  s->npreleased = 0;
  s->speciallock.key.store(0, relaxed);
  s->specials = nullptr;
  s->needzero = 0;
}

bool mspan_claim(MSpan* s, u32 sg) {
  // Acquire: what the previous owner left in the span; its partner is the sweeper's store of sg.
  const u32 found = s->sweepgen.load(acquire);
  if (found != sg - 2) return false;
  if (!rules().sweepgen_cas) {
    s->sweepgen.store(sg - 1, relaxed);
    return true;
  }
  u32 expected = sg - 2;
  return s->sweepgen.compare_exchange_strong(expected, sg - 1, seq_cst, seq_cst);
}

void mspanlist_init(MSpan* list) {
  list->state.store(span_list_head, relaxed);
  list->next.store(list, relaxed);
  list->prev.store(list, relaxed);
}

bool mspanlist_is_empty(const MSpan* list) { return list->next.load(relaxed) == list; }

namespace {

void check_unlinked(MSpan* s, const char* message) {
  const MSpan* next = s->next.load(relaxed);
  const MSpan* prev = s->prev.load(relaxed);
  if (next != nullptr || prev != nullptr) throw_(message);
}

void link_between(MSpan* before, MSpan* s, MSpan* after) {
  s->next.store(after, relaxed);
  s->prev.store(before, relaxed);
  before->next.store(s, relaxed);
  after->prev.store(s, relaxed);
}

}  // namespace

void mspanlist_insert(MSpan* list, MSpan* s) {
  check_unlinked(s, "MSpanList_Insert");
  link_between(list, s, list->next.load(relaxed));
}

void mspanlist_insert_back(MSpan* list, MSpan* s) {
  check_unlinked(s, "MSpanList_InsertBack");
  link_between(list->prev.load(relaxed), s, list);
}

void mspanlist_remove(MSpan* s) {
  MSpan* next = s->next.load(relaxed);
  MSpan* prev = s->prev.load(relaxed);
  if (next == nullptr && prev == nullptr) return;
  prev->next.store(next, relaxed);
  next->prev.store(prev, relaxed);
  s->prev.store(nullptr, relaxed);
  s->next.store(nullptr, relaxed);
}

}  // namespace runtime_core
