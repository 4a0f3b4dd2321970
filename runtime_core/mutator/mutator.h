// What a Go function may do, for programs that are written here by hand or generated: everything
// that the original's compiler turns into runtime calls, stores with barriers, and prologues.
//
// Values live in the frame. No operation returns a pointer: a result goes to a slot, so that every
// pointer of the program is where the collector and the copy of a stack find it. A slot is named by
// its place in the frame, since the frame may move.
//
// Threads: the goroutine that it belongs to, and that may be on another M after each operation.
// Invariants: those of what is called; checkers hear of every pointer that is stored.
//
// What is defined below the class is what a compiler makes of a program itself. It is always part
// of the caller, where function and slots are constants; called, it took a third of the time of
// programs that call much.
#pragma once

#include <initializer_list>

#include "runtime_core/chan/select.h"
#include "runtime_core/os/signal.h"
#include "runtime_core/panic/panic.h"
#include "runtime_core/stack/prologue.h"

namespace runtime_core {

struct FuncVal;
struct M;
struct Type;

// A word of the running function's frame.
struct Slot {
  u32 index;
  bool is_argument;
};
constexpr Slot local(u32 index) { return {index, false}; }
constexpr Slot argument(u32 index) { return {index, true}; }  // results are behind the arguments

// A case of a select: what it does, with which channel, and where the value is or goes to.
struct SelectCase {
  SelectKind kind;
  Slot chan{0, false};
  Slot value{0, false};
};

class Mutator {
 public:
  explicit Mutator(Goroutine* gp) : gp_(gp) {}
  // For what a program may not do itself: the runtime's own functions, counters of a scenario.
  Goroutine* g() const { return gp_; }
  M* m() const { return gp_->m; }

  // --- the frame -------------------------------------------------------------------------------
  void move(Slot to, Slot from) { set(to, get(from)); }
  void clear(Slot to) { set(to, 0); }
  bool is_nil(Slot slot) const { return get(slot) == 0; }
  bool are_same(Slot a, Slot b) const { return get(a) == get(b); }
  u64 number(Slot slot) const { return get(slot); }
  void set_number(Slot to, u64 value) { word(to) = value; }
  void divide(Slot to, Slot dividend, Slot divisor);  // of signed numbers
  // A pointer to a word of this frame, for as long as the function runs.
  void address_of(Slot to, Slot of) { set(to, address(of)); }

  // --- objects: `object` holds the address of the first word -------------------------------------
  void alloc(Slot to, const Type* type);
  void alloc_array(Slot to, const Type* elem, u64 count);
  void load(Slot to, Slot object, u32 index);
  void store(Slot object, u32 index, Slot from);
  void store_nil(Slot object, u32 index);                // needs no barrier
  void store_atomic(Slot object, u32 index, Slot from);  // atomic.StorePointer
  // atomic.CompareAndSwapPointer; true: it was `old` and is `fresh` now.
  bool compare_and_swap(Slot object, u32 index, Slot old, Slot fresh);
  u64 load_number(Slot object, u32 index);
  void store_number(Slot object, u32 index, u64 value);
  // Two or three words from consecutive slots.
  void store_string(Slot object, u32 index, Slot first);
  void store_slice(Slot object, u32 index, Slot first);
  void store_interface(Slot object, u32 index, Slot first);
  // A whole value of that type, from consecutive slots.
  void store_value(Slot object, const Type* type, Slot first);
  // The built-in copy: `count` elements from one object to another, or within one.
  void copy(Slot to, Slot from, const Type* elem, u64 count);
  // The statement x = append(x, value), where x is the slice of pointers at words index to
  // index + 2 of the object, `one` their type, and `scratch` a slot that holds nothing.
  void append(Slot object, u32 index, const Type* one, Slot value, Slot scratch);
  // A pointer to another byte of the object that `from` points into.
  void offset(Slot to, Slot from, i64 bytes) { set(to, get(from) + static_cast<u64>(bytes)); }

  // --- globals: words of a registered root area --------------------------------------------------
  void load_global(Slot to, const u64* global);
  void store_global(u64* global, Slot from);
  void clear_global(u64* global);

  // --- channels (channels.cc): a value lies in the slots from `first` on ------------------------
  void make_chan(Slot to, const Type* elem, u64 size);
  void send(Slot chan, Slot first);             // c <- v
  bool receive(Slot chan, Slot first);          // v, ok = <-c
  bool receive(Slot chan);                      // _, ok = <-c
  bool try_send(Slot chan, Slot first);         // a select with one case and a default
  Received try_receive(Slot chan, Slot first);  // likewise
  void close(Slot chan);
  // `record` is the first of select_record_words(cases) locals, which are scalars.
  Selected select(Slot record, std::initializer_list<SelectCase> cases);
  // Of a count in the lower half of a word of an object (package sync).
  void semacquire(Slot object, u32 index);
  void semrelease(Slot object, u32 index);

  // --- control -----------------------------------------------------------------------------------
  // Results are copied back from behind the arguments.
  void call(const Function& f, std::initializer_list<Slot> args,
            std::initializer_list<Slot> results = {});
  void spawn(const Function& f, std::initializer_list<Slot> args);  // the statement `go f(args)`
  void yield();                                                     // runtime.Gosched
  void collect();                                                   // runtime.GC
  void system_call();                                               // one that returns soon

  // --- functions of package runtime (runtime_calls.cc) -----------------------------------------
  // For the block that `object` points to; f: its finalizer, or null to have none.
  void lock_os_thread();
  void unlock_os_thread();
  void sleep(i64 ns);  // time.Sleep
  bool set_panic_on_fault(bool on);
  void set_finalizer(Slot object, Type* pointer_type, FuncVal* f);
  // The same; false: it has one already.
  bool try_set_finalizer(Slot object, Type* pointer_type, FuncVal* f);

  // --- deferred calls and panics (panics.cc): the function says that it `defers` -----------------
  void defer(const Function& f, std::initializer_list<Slot> args);
  [[noreturn]] void panic(const Type* type, Slot value);  // value: a pointer
  bool recover(Slot to);  // false: no panic has called this function; a runtime error has value nil
  [[noreturn]] void goexit();  // runtime.Goexit

 private:
  uintptr address(Slot slot) const;
  u64& word(Slot slot) const { return *reinterpret_cast<u64*>(address(slot)); }
  u64 get(Slot slot) const { return word(slot); }
  void set(Slot to, u64 value);
  u64* words_of(Slot object) const;
  Hchan* channel(Slot slot) const { return reinterpret_cast<Hchan*>(get(slot)); }
  StackPlace place(Slot slot) const { return place_of(gp_, address(slot)); }
  StackPlace value_place(Slot chan, Slot first) const;

  Goroutine* gp_;
};

// Calls f from the innermost frame, which has the arguments in its room for those of calls.
void call_function(Goroutine* gp, const Function& f);

// Says that a slot is about to hold a pointer. Before the store: from then on it may be seen.
inline void announce_store(const u64* slot, u64 value) {
  event(Event::slot_store, reinterpret_cast<u64>(slot), 0, value);
}

// The original's load is ordered by the address that it depends on.
inline u64 load_word(const u64* slot) {
  return std::atomic_ref<u64>(const_cast<u64&>(*slot)).load(acquire);
}

[[gnu::always_inline]] inline uintptr Mutator::address(Slot slot) const {
  const Function* f = gp_->function;
  if (slot.index >= (slot.is_argument ? f->args : f->locals)) throw_("a slot outside the frame");
  uintptr at = gp_->sp;
  if (slot.is_argument) {
    at += f->frame_bytes() + ptr_size;
  } else {
    at += f->out * ptr_size;
  }
  return at + slot.index * ptr_size;
}

inline void Mutator::set(Slot to, u64 value) {
  announce_store(&word(to), value);
  word(to) = value;
}

inline u64* Mutator::words_of(Slot object) const {
  const u64 at = get(object);
  if (at == 0) trap(sigsegv_number);  // the check that the original's compiler puts here
  event(Event::touch, at);
  return reinterpret_cast<u64*>(at);
}

inline void Mutator::load(Slot to, Slot object, u32 index) {
  set(to, load_word(&words_of(object)[index]));
}

// Runs f, which was called, and returns to its caller.
[[gnu::always_inline]] inline void run_function(Goroutine* gp, const Function& f) {
  enter_frame(gp, f);
  if (f.defers) {
    run_deferring(gp);
  } else {
    Mutator mutator(gp);
    f.body(mutator);
  }
  leave_frame(gp, f);
}

[[gnu::always_inline]] inline void Mutator::call(const Function& f,
                                                 std::initializer_list<Slot> args,
                                                 std::initializer_list<Slot> results) {
  if (f.args > gp_->function->out) {
    throw_("a call with more arguments than the frame has room for");
  }
  if (args.size() + results.size() > f.args) throw_("a call with too many arguments");
  u32 n = 0;
  for (; n < args.size(); n++) {
    u64* to = &reinterpret_cast<u64*>(gp_->sp)[n];
    announce_store(to, get(args.begin()[n]));
    *to = get(args.begin()[n]);
  }
  for (u32 i = n; i < f.args; i++) reinterpret_cast<u64*>(gp_->sp)[i] = 0;
  push_call(gp_, f);
  run_function(gp_, f);
  // The frame may be elsewhere now. What is left of the call is dead.
  auto* out = reinterpret_cast<u64*>(gp_->sp);
  for (u32 i = 0; i < results.size(); i++) set(results.begin()[i], out[n + i]);
  for (u32 i = 0; i < f.args; i++) announce_store(&out[i], 0);
}

}  // namespace runtime_core
