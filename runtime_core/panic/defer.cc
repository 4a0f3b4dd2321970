// Deferred calls: records and their pools, and the calls when a function ends (original: newdefer,
// freedefer, deferproc, deferreturn).
#include "runtime_core/panic/defer.h"

#include "runtime_core/gc/mgc.h"
#include "runtime_core/heap/type_mask.h"
#include "runtime_core/mutator/mutator.h"
#include "runtime_core/runtime.h"

namespace runtime_core {

namespace {

// argp and panic point into the stack, and link to another record.
constexpr TypeMask defer_mask = make_type_mask(0b110010);
static_assert(sizeof(Defer) == 6 * ptr_size);

u64 number_of(const void* p) { return reinterpret_cast<u64>(p); }

void announce(const void* slot, u64 value) { event(Event::slot_store, number_of(slot), 0, value); }

// With a barrier: the record may be black since an earlier use in this collection.
void set_link(M* mp, Defer* d, Defer* next) {
  announce(&d->link, number_of(next));
  auto* slot = reinterpret_cast<uintptr*>(&d->link);
  writebarrierptr(mp, slot, reinterpret_cast<uintptr>(next));
}

void set_argp(Defer* d, uintptr argp) { std::atomic_ref<uintptr>(d->argp).store(argp, relaxed); }

// Of the pool for arguments of so many bytes; the header has no room for any.
u32 class_of(i32 siz) {
  return static_cast<u32>((static_cast<uintptr>(siz) + defer_class_bytes - 1) / defer_class_bytes);
}

// REQUIRES: pinned.
Defer* newdefer(M* mp, i32 siz) {
  const u32 kind = class_of(siz);
  Defer* d = nullptr;
  if (kind < defer_classes) {
    d = mp->p->deferpool[kind];
    if (d != nullptr) {
      mp->p->deferpool[kind] = d->link;
      set_link(mp, d, nullptr);
    }
  }
  if (d == nullptr) {
    const uintptr bytes = sizeof(Defer) + kind * defer_class_bytes;
    d = static_cast<Defer*>(mallocgc(mp, bytes, &mp->rt->types.defer, 0));
    event(Event::runtime_object, number_of(d));
  }
  d->siz = siz;
  return d;
}

u32 argument_words(const Defer* d) { return static_cast<u32>(d->siz) / ptr_size; }

}  // namespace

Type make_defer_type() { return make_struct_type(sizeof(Defer), defer_mask, "_defer"); }

void set_defers(Goroutine* gp, Defer* d) {
  event(Event::root_add, number_of(&gp->waiting), goroutine_roots * ptr_size);
  announce(&gp->defers, number_of(d));
  gp->defers = d;
}

bool has_deferred(const Goroutine* gp, uintptr sp) {
  const Defer* d = gp->defers;
  while (d != nullptr && d->argp != sp) d = d->link;
  return d != nullptr && rules().fault_spares_deferring;
}

void freedefer(M* mp, Defer* d) {
  if (d->panic != nullptr) throw_("freedefer with d._panic != nil");
  if (d->fn != nullptr) throw_("freedefer with d.fn != nil");
  for (u32 i = 0; i < argument_words(d); i++) {
    announce(&d->args()[i], 0);
    d->args()[i] = 0;
  }
  const u32 kind = class_of(d->siz);
  d->siz = 0;
  d->started = false;
  set_argp(d, 0);
  const bool pooled = kind < defer_classes;
  set_link(mp, d, pooled ? mp->p->deferpool[kind] : nullptr);
  if (pooled) mp->p->deferpool[kind] = d;
}

void deferproc(Goroutine* gp, const Function& f, const uintptr* args, u32 nargs) {
  M* mp = gp->m;
  if (on_g0(mp)) throw_("defer on system stack");
  if (!gp->function->defers) throw_("a deferred call in a function that is said to have none");
  if (f.args > gp->function->out || f.args > defer_args_max) {
    throw_("a deferred call with more arguments than the frame has room for");
  }
  acquirem(mp);  // no collection: only this function knows of the record
  Defer* d = newdefer(mp, static_cast<i32>(f.args * ptr_size));
  d->fn = &f;
  set_argp(d, gp->sp);
  for (u32 i = 0; i < f.args; i++) {
    announce(&d->args()[i], i < nargs ? args[i] : 0);
    d->args()[i] = i < nargs ? args[i] : 0;
  }
  set_link(mp, d, gp->defers);
  set_defers(gp, d);
  releasem(mp);
}

void place_arguments(Goroutine* gp, Defer* d) {
  auto* out = reinterpret_cast<uintptr*>(gp->sp);
  for (u32 i = 0; i < argument_words(d); i++) {
    announce(&out[i], d->args()[i]);
    out[i] = d->args()[i];
  }
}

// Each call returns to this one, where the original's goes on with the next by itself (jmpdefer).
void deferreturn(Goroutine* gp) {
  while (Defer* d = gp->defers) {
    if (d->argp != gp->sp) return;  // of a caller
    place_arguments(gp, d);
    const Function* fn = d->fn;
    d->fn = nullptr;
    set_defers(gp, d->link);
    freedefer(gp->m, d);
    call_function(gp, *fn);
  }
}

}  // namespace runtime_core
