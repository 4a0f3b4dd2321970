// Central lists of spans of one size class (original: mcentral.go; facts §6).
#include "runtime_core/gc/mgc.h"
#include "runtime_core/heap/msize.h"
#include "runtime_core/runtime.h"

namespace runtime_core {

void mcentral_init(MCentral* c, int sizeclass) {
  c->sizeclass = sizeclass;
  mspanlist_init(&c->nonempty);
  mspanlist_init(&c->empty);
}

namespace {

uintptr capacity_of(const MSpan* s) {
  const uintptr bytes = s->bytes();
  return bytes / s->elemsize.load(relaxed);
}

void move_to_back(MSpan* list, MSpan* s) {
  mspanlist_remove(s);
  mspanlist_insert_back(list, s);
}

// A usable span from the nonempty list, now on the empty one, or nullptr.
// REQUIRES: c.lock, which is released exactly if a span is returned.
MSpan* take_nonempty(M* mp, MCentral* c, u32 sg) {
  for (MSpan* s = c->nonempty.next.load(relaxed); s != &c->nonempty;) {
    if (mspan_claim(s, sg)) {
      move_to_back(&c->empty, s);
      unlock(mp, &c->lock);
      mspan_sweep(mp, s, true);
      return s;
    }
    if (s->sweepgen.load(acquire) == sg - 1) {  // partner: the sweeper's store
      s = s->next.load(relaxed);
      continue;
    }
    move_to_back(&c->empty, s);
    unlock(mp, &c->lock);
    return s;
  }
  return nullptr;
}

// Sweeps full spans until one has a free object. Same protocol as take_nonempty; *retry says
// that the lock was dropped and the lists must be looked at again.
MSpan* take_empty(M* mp, MCentral* c, u32 sg, bool* retry) {
  *retry = false;
  for (MSpan* s = c->empty.next.load(relaxed); s != &c->empty; s = s->next.load(relaxed)) {
    if (mspan_claim(s, sg)) {
      move_to_back(&c->empty, s);  // swept spans are at the tail
      unlock(mp, &c->lock);
      mspan_sweep(mp, s, true);
      if (s->freelist != nullptr) return s;
      lock(mp, &c->lock);
      *retry = true;
      return nullptr;
    }
    const u32 found = s->sweepgen.load(relaxed);
    if (found != sg - 1) break;  // swept, like all after it
  }
  return nullptr;
}

// Original: mCentral_Grow. A new span cut into blocks, linked in address order.
MSpan* mcentral_grow(M* mp, MCentral* c) {
  const uintptr npages = class_to_allocnpages(c->sizeclass);
  const uintptr size = class_to_size(c->sizeclass);
  const uintptr n = (npages << page_shift) / size;
  MSpan* s = mheap_alloc(mp, npages, c->sizeclass, false, true);
  if (s == nullptr) return nullptr;
  const uintptr p = s->base();
  if (!rules().span_published_whole) s->limit.store(p + size * n, relaxed);
  auto* head = reinterpret_cast<MLink*>(p);
  MLink* tail = head;
  for (uintptr i = 1; i < n; i++) {
    auto* block = reinterpret_cast<MLink*>(p + i * size);
    tail->next = block;
    free_block_linked(mp, &tail->next);  // L03: the block has no boundary bit yet
    tail = block;
  }
  if (s->freelist != nullptr) throw_("freelist not empty");
  tail->next = nullptr;
  s->freelist = head;
  free_block_linked(mp, &s->freelist);
  markspan(mp->rt, p, size, n, size * n < s->bytes());
  if (rules().span_published_whole) s->limit.store(p + size * n, release);
  return s;
}

}  // namespace

MSpan* mcentral_cache_span(M* mp, MCentral* c) {
  lock(mp, &c->lock);
  const u32 sg = mp->rt->heap.sweepgen.load(relaxed);
  MSpan* s = nullptr;
  for (bool retry = true; s == nullptr && retry;) {
    retry = false;
    s = take_nonempty(mp, c, sg);
    if (s == nullptr) s = take_empty(mp, c, sg, &retry);
  }
  if (s == nullptr) {
    unlock(mp, &c->lock);
    s = mcentral_grow(mp, c);
    if (s == nullptr) return nullptr;
    lock(mp, &c->lock);
    if (rules().write_span_list) mspanlist_insert_back(&c->empty, s);
    unlock(mp, &c->lock);
  }
  if (capacity_of(s) == s->ref) throw_("empty span");
  if (s->freelist == nullptr) throw_("freelist empty");
  s->incache = true;  // no lock: the span is ours
  return s;
}

void mcentral_uncache_span(M* mp, MCentral* c, MSpan* s) {
  lock(mp, &c->lock);
  s->incache = false;
  if (s->ref == 0) throw_("uncaching full span");
  if (capacity_of(s) > s->ref) {
    mspanlist_remove(s);
    mspanlist_insert(&c->nonempty, s);
  }
  unlock(mp, &c->lock);
}

bool mcentral_free_span(M* mp, MCentral* c, MSpan* s, i32 n, MLink* start, MLink* end,
                        bool preserve) {
  if (s->incache) throw_("freespan into cached span");
  const u32 sg = mp->rt->heap.sweepgen.load(relaxed);
  const bool was_empty = s->freelist == nullptr;
  end->next = s->freelist;
  s->freelist = start;
  s->ref = static_cast<u16>(s->ref - n);
  if (preserve) {
    // The sweeper goes on to allocate from the span, so it stays where it is.
    if (s->next.load(relaxed) == nullptr) throw_("can't preserve unlinked span");
    s->sweepgen.store(sg, seq_cst);  // releases the free list; partner: mspan_ensure_swept
    return false;
  }
  lock(mp, &c->lock);
  if (was_empty) {
    mspanlist_remove(s);
    mspanlist_insert(&c->nonempty, s);
  }
  // Not before: from here on a cache may take the span and change its lists.
  s->sweepgen.store(sg, seq_cst);  // partner: the load in take_nonempty
  if (s->ref != 0) {
    unlock(mp, &c->lock);
    return false;
  }
  mspanlist_remove(s);
  if (rules().write_needzero) s->needzero = 1;
  s->freelist = nullptr;
  unlock(mp, &c->lock);
  const uintptr bytes = s->bytes();
  unmarkspan(mp->rt, s->base(), bytes);
  mheap_free(mp, s, false);
  return true;
}

}  // namespace runtime_core
