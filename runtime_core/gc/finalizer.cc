// The finalizer queue, its thread, and SetFinalizer (original: mgc.go, malloc.go; facts 12).
#include "runtime_core/gc/internal.h"
#include "runtime_core/os/print.h"

namespace runtime_core {

namespace {

// ptr ptr scalar ptr ptr, four words a byte: repeats after five bytes.
constexpr u8 p = bits_pointer, n = bits_scalar;
constexpr u8 quad(u8 a, u8 b, u8 c, u8 d) { return static_cast<u8>(a | b << 2 | c << 4 | d << 6); }
constexpr u8 finalizer_mask[5] = {quad(p, p, n, p), quad(p, p, p, n), quad(p, p, p, p),
                                  quad(n, p, p, p), quad(p, n, p, p)};

void build_mask(FinState& fin) {
  for (uintptr i = 0; i < sizeof(fin.ptrmask); i++) fin.ptrmask[i] = finalizer_mask[i % 5];
}

// Puts an empty block at the head of the queue. REQUIRES: fin.lock.
void add_block(M* mp, FinState& fin) {
  if (fin.finc == nullptr) {
    auto* fresh =
        static_cast<FinBlock*>(persistentalloc(mp, fin_block_size, 0, &memstats_of(mp).gc_sys));
    fresh->cap = static_cast<i32>(tuning().fin_block_capacity);
    fresh->alllink = fin.allfin;
    fin.allfin = fresh;
    fin.finc = fresh;
    if (fin.ptrmask[0] == 0) build_mask(fin);
  }
  FinBlock* block = fin.finc;
  fin.finc = block->next;
  block->next = fin.finq;
  runtime_stored(mp, &block->next);
  fin.finq = block;
  runtime_stored(mp, &fin.finq);
}

FinBlock* take_queue(M* mp) {
  FinState& fin = work_of(mp).fin;
  lock(mp, &fin.lock);
  FinBlock* fb = fin.finq;
  fin.finq = nullptr;
  unlock(mp, &fin.lock);
  return fb;
}

}  // namespace

void return_block(M* mp, FinBlock* fb) {
  FinState& fin = work_of(mp).fin;
  if (!rules().finq_locked) {  // finq-unlocked: a sweeper may take the head between the two
    std::atomic_ref<FinBlock*> head(fin.finc);
    fb->cnt = 0;
    fb->next = head.load(relaxed);
    head.store(fb, relaxed);
    return;
  }
  lock(mp, &fin.lock);
  // Before the lock in the original; but a collection may be scanning the block.
  fb->cnt = 0;
  fb->next = fin.finc;
  fin.finc = fb;
  unlock(mp, &fin.lock);
}

namespace {

// What an interface parameter receives: the object's type and its address.
struct Eface {
  Type* type;
  void* data;
};

// Original: the reflectcall in runfinq.
void call_finalizer(M* mp, const Finalizer& f) {
  event(Event::finalizer_run, reinterpret_cast<u64>(f.arg), reinterpret_cast<u64>(f.fn));
  if (f.fint == nullptr) throw_("missing type in runfinq");
  switch (kind_of(f.fint)) {
    case kind_ptr:
      f.fn->fn(mp, f.arg);
      return;
    case kind_interface: {
      Eface argument{f.ot, f.arg};
      f.fn->fn(mp, &argument);
      return;
    }
    default:
      throw_("bad kind in runfinq");
  }
}

bool is_unnamed(const Type* t) { return t->name == nullptr; }

// Whether an object pointer of type `from` may be passed where `to` is declared.
bool assignable(const Type* from, const Type* to) {
  if (from == to) return true;
  if (kind_of(to) == kind_ptr) {
    return (is_unnamed(from) || is_unnamed(to)) && from->elem == to->elem;
  }
  if (kind_of(to) != kind_interface) return false;
  if (to->method_count == 0) return true;
  return to->satisfied_by != nullptr && to->satisfied_by(from);
}

bool is_in_static_area(M* mp, uintptr obj) {
  Work& work = work_of(mp);
  for (u32 i = 0; i < work.nroots; i++) {
    const RootArea& area = work.roots[i];
    if (area.kind != RootKind::stack && obj - area.start < area.bytes) return true;
  }
  return false;
}

// False if there is nothing to attach to: statics and the zero-size object never die.
bool check_object(M* mp, void* obj, const Type* obj_type) {
  if (obj_type == nullptr) throw_("runtime.SetFinalizer: first argument is nil");
  if (kind_of(obj_type) != kind_ptr) {
    PrintBuffer line;
    line.text("runtime.SetFinalizer: first argument is ").text(type_string(obj_type));
    line.text(", not pointer\n").write();
    throw_("runtime.SetFinalizer: first argument is not a pointer");
  }
  if (obj_type->elem == nullptr) throw_("nil elem type!");
  uintptr base = 0, size = 0;
  MSpan* span = nullptr;
  const uintptr address = reinterpret_cast<uintptr>(obj);
  if (!find_object(mp, obj, &base, &size, &span)) {
    if (obj == &mp->rt->zerobase || is_in_static_area(mp, address)) return false;
    throw_("runtime.SetFinalizer: pointer not in allocated block");
  }
  if (address == base) return true;
  // Several tiny objects share a block, so an inner address may be a whole object.
  const bool no_pointers = (obj_type->elem->kind & kind_no_pointers) != 0;
  if (!no_pointers || obj_type->elem->size >= tiny_size) {
    throw_("runtime.SetFinalizer: pointer not at beginning of allocated block");
  }
  return true;
}

void check_function(M* mp, const Type* obj_type, const FuncVal* f) {
  const bool shape = !f->variadic && f->arity == 1 && f->parameter != nullptr;
  if (mp->rt->sched.runs_goroutines && f->function == nullptr) {
    throw_("runtime.SetFinalizer: the finalizer is no function that a goroutine can call");
  }
  if (!shape || !assignable(obj_type, f->parameter)) {
    PrintBuffer line;
    line.text("runtime.SetFinalizer: cannot pass ").text(type_string(obj_type));
    line.text(" to finalizer of ").number(f->arity).text(" parameters");
    if (f->parameter != nullptr) line.text(", the first ").text(type_string(f->parameter));
    line.text(f->variadic ? ", variadic\n" : "\n").write();
    throw_("runtime.SetFinalizer: cannot pass the object to the finalizer");
  }
}

}  // namespace

// Original: queuefinalizer. Called by the sweeper.
void queuefinalizer(M* mp, void* object, FuncVal* fn, uintptr nret, Type* fint, Type* ot) {
  FinState& fin = work_of(mp).fin;
  event(Event::finalizer_queued, reinterpret_cast<u64>(object), reinterpret_cast<u64>(fn));
  lock(mp, &fin.lock);
  if (fin.finq == nullptr || fin.finq->cnt == fin.finq->cap) add_block(mp, fin);
  Finalizer& f = fin.finq->fin[fin.finq->cnt++];
  f = Finalizer{.fn = fn, .arg = nullptr, .nret = nret, .fint = fint, .ot = ot};
  runtime_stored(mp, &f.fn);
  runtime_stored(mp, &f.fint);
  runtime_stored(mp, &f.ot);
  runtime_store(mp, reinterpret_cast<uintptr*>(&f.arg), reinterpret_cast<uintptr>(object));
  if (rules().finalizer_wake_by_flag) fin.fingwake.store(true, relaxed);
  unlock(mp, &fin.lock);
}

// Original: iterate_finq. World stopped.
void iterate_finq(M* mp, void* context, void (*callback)(void* context, const Finalizer* f)) {
  for (FinBlock* fb = work_of(mp).fin.allfin; fb != nullptr; fb = fb->alllink) {
    for (i32 i = 0; i < fb->cnt; i++) {
      // runfinq empties the entries one by one and the count only at the end.
      if (fb->fin[i].fn != nullptr) callback(context, &fb->fin[i]);
    }
  }
}

// Original: createfing. A thread that runs finalizers is the program's to start.
void createfing(M* mp) {
  std::atomic<u32>& created = work_of(mp).fin.created;
  if (created.load(relaxed) != 0 || created.exchange(1, seq_cst) != 0) return;
  if (mp->rt->sched.runs_goroutines) start_runfinq(mp);
}

bool fing_is_due(M* mp) {
  const FinState& fin = work_of(mp).fin;
  if (!fin.fingwait.load(relaxed)) return false;
  return fin.fingwake.load(relaxed);
}

// Original: wakefing and the ready that follows it.
bool wakefing(M* mp) {
  FinState& fin = work_of(mp).fin;
  lock(mp, &fin.lock);
  const bool waiting = fin.fingwait.load(relaxed);
  const bool wake = waiting && fin.fingwake.load(relaxed);
  if (wake) {
    fin.fingwait.store(false, relaxed);
    fin.fingwake.store(false, relaxed);
  }
  unlock(mp, &fin.lock);
  if (!wake) return false;
  if (mp->rt->sched.runs_goroutines) {
    ready(mp, fin.g);
  } else {
    notewakeup(mp, &fin.park);
  }
  return true;
}

// The body of runfinq: runs what is queued now and returns how many ran.
u32 runfinq_step(M* mp) {
  u32 ran = 0;
  FinBlock* fb = take_queue(mp);
  while (fb != nullptr) {
    for (i32 i = 0; i < fb->cnt; i++) {
      Finalizer& f = fb->fin[i];
      // The entry stays a root of the object until the call is over.
      call_finalizer(mp, f);
      f.fn = nullptr;
      f.arg = nullptr;
      f.ot = nullptr;
      ran++;
    }
    FinBlock* next = fb->next;
    return_block(mp, fb);
    fb = next;
  }
  return ran;
}

// Original: runfinq. Returns once the runtime exits and the queue is empty.
void runfinq(M* mp) {
  FinState& fin = work_of(mp).fin;
  for (;;) {
    if (runfinq_step(mp) > 0) {
      safepoint(mp);
      continue;
    }
    lock(mp, &fin.lock);
    const bool more = fin.finq != nullptr;
    const bool exiting = mp->rt->exiting.load(seq_cst) != 0;
    if (!more && !exiting) {
      noteclear(&fin.park);
      fin.fingwait.store(true, relaxed);
    }
    unlock(mp, &fin.lock);
    if (more) continue;
    if (exiting) return;
    notesleepg(mp, &fin.park);
  }
}

bool trysetfinalizer(M* mp, void* obj, Type* obj_type, FuncVal* f) {
  if (!check_object(mp, obj, obj_type)) return true;
  if (f == nullptr) {
    systemstack(mp, [&] { removefinalizer(mp, obj); });
    return true;
  }
  check_function(mp, obj_type, f);
  createfing(mp);
  bool added = false;
  const uintptr nret = round_up(f->nret_bytes, ptr_size);
  systemstack(mp, [&] { added = addfinalizer(mp, obj, f, nret, f->parameter, obj_type); });
  return added;
}

// Original: SetFinalizer.
void setfinalizer(M* mp, void* obj, Type* obj_type, FuncVal* f) {
  if (!trysetfinalizer(mp, obj, obj_type, f)) {
    throw_("runtime.SetFinalizer: finalizer already set");
  }
}

}  // namespace runtime_core
