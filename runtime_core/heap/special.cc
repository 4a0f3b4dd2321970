// Records attached to objects: adding, removing and acting on them (facts §12).
#include "runtime_core/heap/special.h"

#include "runtime_core/gc/mgc.h"
#include "runtime_core/runtime.h"
#include "runtime_core/sched/sched.h"

namespace runtime_core {

namespace {

// Pins the thread and makes sure that the sweeper is done with the span. The pin must last until
// the list is consistent: a collection in between would make the span unswept again.
void enter_span(M* mp, MSpan* s) {
  acquirem(mp);
  if (rules().ensure_swept) mspan_ensure_swept(mp, s);
  if (!rules().ensure_swept_pinned) {
    releasem(mp);
    safepoint(mp);
    acquirem(mp);
  }
  lock(mp, &s->speciallock);
}

void leave_span(M* mp, MSpan* s) {
  unlock(mp, &s->speciallock);
  releasem(mp);
}

u16 offset_in(const MSpan* s, const void* p) {
  return static_cast<u16>(reinterpret_cast<uintptr>(p) - s->base());
}

bool precedes(const Special* x, u16 offset, u8 kind) {
  return x->offset < offset || (x->offset == offset && x->kind < kind);
}

void free_record(M* mp, FixAlloc* allocator, void* record) {
  MHeap* h = &mp->rt->heap;
  lock(mp, &h->speciallock);
  fixalloc_free(allocator, record);
  unlock(mp, &h->speciallock);
}

void* new_record(M* mp, FixAlloc* allocator) {
  MHeap* h = &mp->rt->heap;
  lock(mp, &h->speciallock);
  void* record = fixalloc_alloc(mp, allocator);
  unlock(mp, &h->speciallock);
  return record;
}

}  // namespace

bool addspecial(M* mp, void* p, Special* s) {
  MSpan* span = mheap_lookup_maybe(mp->rt, p);
  if (span == nullptr) throw_("addspecial on invalid pointer");
  enter_span(mp, span);
  const u16 offset = offset_in(span, p);
  Special** t = &span->specials;
  while (*t != nullptr && precedes(*t, offset, s->kind)) t = &(*t)->next;
  const bool exists = *t != nullptr && (*t)->offset == offset && (*t)->kind == s->kind;
  if (!exists) {
    s->offset = offset;
    s->next = *t;
    if (rules().write_special) *t = s;
    event(Event::special_add, reinterpret_cast<u64>(p), s->kind, reinterpret_cast<u64>(span));
  }
  leave_span(mp, span);
  return !exists;
}

Special* removespecial(M* mp, void* p, u8 kind) {
  MSpan* span = mheap_lookup_maybe(mp->rt, p);
  if (span == nullptr) throw_("removespecial on invalid pointer");
  enter_span(mp, span);
  const u16 offset = offset_in(span, p);
  Special** t = &span->specials;
  while (*t != nullptr && ((*t)->offset != offset || (*t)->kind != kind)) t = &(*t)->next;
  Special* s = *t;
  if (s != nullptr) *t = s->next;
  leave_span(mp, span);
  return s;
}

bool addfinalizer(M* mp, void* p, FuncVal* fn, uintptr nret, Type* fint, Type* ot) {
  FixAlloc* allocator = &mp->rt->heap.specialfinalizeralloc;
  auto* s = static_cast<SpecialFinalizer*>(new_record(mp, allocator));
  s->special.kind = kind_special_finalizer;
  s->fn = fn;
  runtime_stored(mp, &s->fn);
  s->nret = nret;
  s->fint = fint;
  runtime_stored(mp, &s->fint);
  s->ot = ot;
  runtime_stored(mp, &s->ot);
  if (addspecial(mp, p, &s->special)) {
    event(Event::finalizer_set, reinterpret_cast<u64>(p), reinterpret_cast<u64>(fn),
          reinterpret_cast<u64>(fint));
    return true;
  }
  free_record(mp, allocator, s);  // there was one already
  return false;
}

void removefinalizer(M* mp, void* p) {
  MHeap* h = &mp->rt->heap;
  // speciallock is a leaf: taking it before a span's lock inverts the order of freeallspecials.
  const bool inverted = !rules().specials_unlock_before_free;
  if (inverted) lock(mp, &h->speciallock);
  Special* s = removespecial(mp, p, kind_special_finalizer);
  if (s != nullptr) {
    event(Event::finalizer_removed, reinterpret_cast<u64>(p));
    if (!inverted) lock(mp, &h->speciallock);
    fixalloc_free(&h->specialfinalizeralloc, s);
    if (!inverted) unlock(mp, &h->speciallock);
  }
  if (inverted) unlock(mp, &h->speciallock);
}

void setprofilebucket(M* mp, void* p, Bucket* b) {
  auto* s = static_cast<SpecialProfile*>(new_record(mp, &mp->rt->heap.specialprofilealloc));
  s->special.kind = kind_special_profile;
  s->bucket = b;
  if (!addspecial(mp, p, &s->special)) throw_("setprofilebucket: profile already set");
}

bool freespecial(M* mp, Special* s, void* p, uintptr size, bool freed) {
  MHeap* h = &mp->rt->heap;
  switch (s->kind) {
    case kind_special_finalizer: {
      auto* f = reinterpret_cast<SpecialFinalizer*>(s);
      queuefinalizer(mp, p, f->fn, f->nret, f->fint, f->ot);
      free_record(mp, &h->specialfinalizeralloc, f);
      return false;  // the finalizer needs the object
    }
    case kind_special_profile: {
      auto* r = reinterpret_cast<SpecialProfile*>(s);
      const auto hook = mp->rt->hooks.mprof_free;
      (hook != nullptr ? hook : mprof_free)(mp, r->bucket, size, freed);
      free_record(mp, &h->specialprofilealloc, r);
      return true;
    }
    default:
      throw_("bad special kind");
  }
}

void freeallspecials(M* mp, MSpan* span, void* p, uintptr size) {
  // Unlink under the span's lock, act on the records after it: freespecial takes other locks.
  Special* list = nullptr;
  const u16 offset = offset_in(span, p);
  lock(mp, &span->speciallock);
  Special** t = &span->specials;
  while (*t != nullptr && (*t)->offset <= offset) {
    Special* s = *t;
    if (s->offset != offset) {
      t = &s->next;
      continue;
    }
    *t = s->next;
    if (rules().specials_unlock_before_free) {
      s->next = list;
      list = s;
    } else if (!freespecial(mp, s, p, size, true)) {
      throw_("can't explicitly free an object with a finalizer");
    }
  }
  unlock(mp, &span->speciallock);
  while (list != nullptr) {
    Special* s = list;
    list = s->next;
    if (!freespecial(mp, s, p, size, true)) {
      throw_("can't explicitly free an object with a finalizer");
    }
  }
}

}  // namespace runtime_core
