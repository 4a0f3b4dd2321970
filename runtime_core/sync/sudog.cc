// Records of waiting goroutines: the cache of each P (original: acquireSudog, releaseSudog).
#include "runtime_core/sync/sudog.h"

#include "runtime_core/gc/mgc.h"
#include "runtime_core/heap/type_mask.h"
#include "runtime_core/runtime.h"

namespace runtime_core {

namespace {

u64 number_of(const void* p) { return reinterpret_cast<u64>(p); }

constexpr TypeMask sudog_mask = make_type_mask(0b10011110);

}  // namespace

Type make_sudog_type() { return make_struct_type(sizeof(Sudog), sudog_mask, "sudog"); }

void set_waiting(Goroutine* gp, Sudog* s) {
  event(Event::root_add, number_of(&gp->waiting), goroutine_roots * ptr_size);
  event(Event::slot_store, number_of(&gp->waiting), 0, number_of(s));
  gp->waiting = s;
}

// With a barrier: the record may be black since an earlier use in this collection.
void set_waitlink(M* mp, Sudog* s, Sudog* next) {
  event(Event::slot_store, number_of(&s->waitlink), 0, number_of(next));
  auto* slot = reinterpret_cast<uintptr*>(&s->waitlink);
  writebarrierptr(mp, slot, reinterpret_cast<uintptr>(next));
}

// Waiting for a collection takes a semaphore, hence a record, and a collection must not begin here.
Sudog* acquire_sudog(Goroutine* gp) {
  M* mp = gp->m;
  acquirem(mp);
  MCache* c = mp->mcache;
  auto* s = static_cast<Sudog*>(c->sudogcache);
  if (s != nullptr) {
    if (s->elem != nullptr) throw_("acquireSudog: found s.elem != nil in cache");
    c->sudogcache = s->next;
    store_link(mp, &s->next, static_cast<Sudog*>(nullptr));
  } else {
    s = static_cast<Sudog*>(newobject(mp, &mp->rt->types.sudog));
    event(Event::runtime_object, number_of(s));
  }
  s->g = gp;
  s->releasetime = 0;
  set_waitlink(mp, s, gp->waiting);
  set_waiting(gp, s);
  releasem(mp);
  return s;
}

void release_sudog(Goroutine* gp, Sudog* s) {
  if (s->elem != nullptr) throw_("runtime: sudog with non-nil elem");
  if (s->selectdone != nullptr) throw_("runtime: sudog with non-nil selectdone");
  // As committed (L27) nobody looks at the links, and most of them are left as they were.
  if (s->next != nullptr) throw_("runtime: sudog with non-nil next");
  if (s->prev != nullptr) throw_("runtime: sudog with non-nil prev");
  if (s->waitlink != nullptr) throw_("runtime: sudog with non-nil waitlink");
  if (gp->param != nullptr) throw_("runtime: releaseSudog with non-nil gp.param");
  M* mp = gp->m;
  s->g = nullptr;
  store_link(mp, &s->next, static_cast<Sudog*>(mp->mcache->sudogcache));
  mp->mcache->sudogcache = s;
}

}  // namespace runtime_core
