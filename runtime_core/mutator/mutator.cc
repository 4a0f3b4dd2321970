// The operations of a Go function, by the runtime's own.
#include "runtime_core/mutator/mutator.h"

#include "runtime_core/gc/mgc.h"
#include "runtime_core/panic/panic.h"
#include "runtime_core/runtime.h"
#include "runtime_core/sched/proc.h"

namespace runtime_core {

namespace {

u64 number_of(const void* p) { return reinterpret_cast<u64>(p); }

void store_plainly(u64* slot, u64 value) { std::atomic_ref<u64>(*slot).store(value, relaxed); }

uintptr* as_words(u64* p) { return reinterpret_cast<uintptr*>(p); }
const uintptr* as_words(const u64* p) { return reinterpret_cast<const uintptr*>(p); }

// A pointer, with the barrier or as memmove copies it.
void store_or_move(M* mp, uintptr* slot, u64 value, bool shades) {
  if (shades) return writebarrierptr(mp, slot, value);
  std::atomic_ref<u64>(*slot).store(value, release);
}

void announce_words(u64* to, const u64* from, u64 words) {
  for (u64 i = 0; i < words; i++) announce_store(&to[i], load_word(&from[i]));
}

}  // namespace

// The processor's division has no result for the least number by -1; Go's is the number itself.
void Mutator::divide(Slot to, Slot dividend, Slot divisor) {
  const auto y = static_cast<i64>(get(divisor));
  if (y == 0) trap(sigfpe_number);
  const u64 x = get(dividend);
  set_number(to, y == -1 ? u64{0} - x : static_cast<u64>(static_cast<i64>(x) / y));
}

// What newobject returns is in the frame before anybody else runs.
void Mutator::alloc(Slot to, const Type* type) { set(to, number_of(newobject(m(), type))); }

void Mutator::alloc_array(Slot to, const Type* elem, u64 count) {
  set(to, number_of(newarray(m(), elem, count)));
}

void Mutator::store(Slot object, u32 index, Slot from) {
  u64* slot = &words_of(object)[index];
  announce_store(slot, get(from));
  writebarrierptr(m(), as_words(slot), get(from));
}

void Mutator::store_nil(Slot object, u32 index) {
  u64* slot = &words_of(object)[index];
  announce_store(slot, 0);
  store_plainly(slot, 0);
}

// The barrier follows the swap, as it follows a store.
void Mutator::store_atomic(Slot object, u32 index, Slot from) {
  u64* slot = &words_of(object)[index];
  announce_store(slot, get(from));
  std::atomic_ref<u64>(*slot).exchange(get(from), seq_cst);
  if (rules().wb_atomics) writebarrierptr_nostore(m(), as_words(slot), get(from));
}

bool Mutator::compare_and_swap(Slot object, u32 index, Slot old, Slot fresh) {
  u64* slot = &words_of(object)[index];
  u64 expected = get(old);
  if (!std::atomic_ref<u64>(*slot).compare_exchange_strong(expected, get(fresh), seq_cst,
                                                           seq_cst)) {
    return false;
  }
  announce_store(slot, get(fresh));
  if (rules().wb_atomics) writebarrierptr_nostore(m(), as_words(slot), get(fresh));
  return true;
}

u64 Mutator::load_number(Slot object, u32 index) { return load_word(&words_of(object)[index]); }

void Mutator::store_number(Slot object, u32 index, u64 value) {
  store_plainly(&words_of(object)[index], value);
}

void Mutator::store_string(Slot object, u32 index, Slot first) {
  u64* slot = &words_of(object)[index];
  announce_words(slot, &word(first), 1);
  writebarrierstring(m(), as_words(slot), as_words(&word(first)));
}

void Mutator::store_slice(Slot object, u32 index, Slot first) {
  u64* slot = &words_of(object)[index];
  announce_words(slot, &word(first), 1);
  writebarrierslice(m(), as_words(slot), as_words(&word(first)));
}

void Mutator::store_interface(Slot object, u32 index, Slot first) {
  u64* slot = &words_of(object)[index];
  announce_words(slot, &word(first), 2);
  writebarrieriface(m(), as_words(slot), as_words(&word(first)));
}

void Mutator::store_value(Slot object, const Type* type, Slot first) {
  u64* slot = words_of(object);
  announce_words(slot, &word(first), type->size / ptr_size);
  writebarrierfat(m(), type, as_words(slot), as_words(&word(first)));
}

void Mutator::copy(Slot to, Slot from, const Type* elem, u64 count) {
  if (count == 0) return;
  u64* target = words_of(to);
  const u64* source = words_of(from);
  announce_words(target, source, count * elem->size / ptr_size);
  writebarriercopy(m(), elem, as_words(target), as_words(source), count);
}

void Mutator::append(Slot object, u32 index, const Type* one, Slot value, Slot scratch) {
  const u64 len = load_number(object, index + 1);
  const u64 cap = load_number(object, index + 2);
  load(scratch, object, index);
  if (len == cap) {
    // Original: growslice. Nobody else knows the new array, which is white or has no slots yet.
    const u64 grown = cap == 0 ? 1 : 2 * cap;
    alloc_array(scratch, one, grown);
    u64* array = words_of(scratch);
    const u64 old = load_word(&words_of(object)[index]);
    for (u64 i = 0; i < len; i++) {
      const u64 word = load_word(&reinterpret_cast<const u64*>(old)[i]);
      announce_store(&array[i], word);
      store_or_move(m(), as_words(&array[i]), word, rules().wb_append_copies);
    }
    store_number(object, index + 2, grown);
    u64* slot = &words_of(object)[index];
    announce_store(slot, get(scratch));
    // The compiler took it for a store of what was there before (1552e62d).
    store_or_move(m(), as_words(slot), get(scratch), rules().wb_append_grows);
  }
  store(scratch, static_cast<u32>(len), value);
  store_number(object, index + 1, len + 1);
  clear(scratch);
}

void Mutator::load_global(Slot to, const u64* global) { set(to, load_word(global)); }

void Mutator::store_global(u64* global, Slot from) {
  announce_store(global, get(from));
  writebarrierptr(m(), as_words(global), get(from));
}

void Mutator::clear_global(u64* global) {
  announce_store(global, 0);
  store_plainly(global, 0);
}

void call_function(Goroutine* gp, const Function& f) {
  push_call(gp, f);
  run_function(gp, f);
  for (u32 i = 0; i < f.args; i++) announce_store(&reinterpret_cast<u64*>(gp->sp)[i], 0);
}

void Mutator::spawn(const Function& f, std::initializer_list<Slot> args) {
  constexpr u32 args_max = 8;
  if (args.size() > args_max) throw_("a goroutine with too many arguments");
  uintptr values[args_max];
  u32 n = 0;
  for (const Slot slot : args) values[n++] = get(slot);
  newproc(m(), f, values, n);
}

void Mutator::yield() { gosched(gp_); }
void Mutator::collect() { gc_collect(m()); }

void Mutator::system_call() {
  entersyscall(gp_);
  exitsyscall(gp_);
}

}  // namespace runtime_core
