// The goroutine that runs finalizers, as calls of Go functions from frames of its own (original:
// runfinq, the reflectcall in it; facts 12).
//
// Threads: one goroutine. Ordering: it says that it waits before it lets go of the queue's lock,
// and who queues says so under that lock; both flags are looked at by who runs out of work, and by
// who gives a P away.
#include "runtime_core/gc/internal.h"
#include "runtime_core/mutator/mutator.h"

namespace runtime_core {

namespace {

// The arguments of a call: what an entry of the queue holds. A queued object stays a root of the
// heap until its entry is cleared, and is one here, too, until the slots are.
constexpr u32 call_words = 3;
constexpr Slot held_fn = local(0), held_type = local(1), held_object = local(2);
constexpr Slot given_fn = argument(0), given_type = argument(1), given_object = argument(2);

// The parameter is a pointer, or an empty interface, which is a type and a pointer.
void call_body(Mutator& m) {
  const auto& fn = *reinterpret_cast<const FuncVal*>(m.number(given_fn));
  if (kind_of(fn.parameter) == kind_interface) {
    m.call(*fn.function, {given_type, given_object});
  } else {
    m.call(*fn.function, {given_object});
  }
}

// Original: call16, call32, ...: the frame has room for the arguments and results of the call.
constexpr Function call_with_room(u32 words) {
  return {"reflectcall", call_words, 0, words, pointer_words.bytes, nullptr, call_body};
}
constexpr Function calls[] = {call_with_room(2), call_with_room(4), call_with_room(8),
                              call_with_room(16), call_with_room(32)};

const Function& call_for(const Function& f) {
  for (const Function& call : calls) {
    if (f.args <= call.out) return call;
  }
  throw_("reflect.call: frame size too large");
}

void load_entry(Mutator& m, const Finalizer& f) {
  m.load_global(held_fn, reinterpret_cast<const u64*>(&f.fn));
  m.load_global(held_type, reinterpret_cast<const u64*>(&f.ot));
  m.load_global(held_object, reinterpret_cast<const u64*>(&f.arg));
}

// Word by word: a collection may be scanning the entry.
void clear_entry(Finalizer& f) {
  std::atomic_ref(f.fn).store(nullptr, relaxed);
  std::atomic_ref(f.arg).store(nullptr, relaxed);
  std::atomic_ref(f.ot).store(nullptr, relaxed);
}

void run_entry(Mutator& m, Finalizer& f) {
  load_entry(m, f);
  event(Event::finalizer_run, m.number(held_object), m.number(held_fn));
  if (f.fint == nullptr) throw_("missing type in runfinq");
  const int kind = kind_of(f.fint);
  if (kind != kind_ptr && kind != kind_interface) throw_("bad kind in runfinq");
  m.call(call_for(*f.fn->function), {held_fn, held_type, held_object});
  clear_entry(f);
  for (const Slot slot : {held_fn, held_type, held_object}) m.clear(slot);
}

// Waits until something is queued. Who waits is the runtime, who runs a finalizer is the program.
FinBlock* wait_for_queue(G* gp) {
  FinState& fin = work_of(gp->m).fin;
  for (;;) {
    lock(gp->m, &fin.lock);
    FinBlock* fb = fin.finq;
    fin.finq = nullptr;
    if (fb != nullptr) {
      unlock(gp->m, &fin.lock);
      return fb;
    }
    fin.g = gp;
    fin.fingwait.store(true, relaxed);
    gp->issystem = true;
    goparkunlock(gp, &fin.lock, "finalizer wait");
    gp->issystem = false;
  }
}

void runfinq_body(Mutator& m) {
  for (;;) {
    for (FinBlock* fb = wait_for_queue(m.g()); fb != nullptr;) {
      for (i32 i = 0; i < fb->cnt; i++) run_entry(m, fb->fin[i]);
      FinBlock* next = fb->next;
      return_block(m.m(), fb);
      fb = next;
    }
  }
}
constexpr Function runfinq_function = {"runfinq",           0,           3, call_words, nullptr,
                                       pointer_words.bytes, runfinq_body};

}  // namespace

void start_runfinq(M* mp) { newproc(mp, runfinq_function, nullptr, 0); }

}  // namespace runtime_core
