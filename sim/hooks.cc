// What the compiler calls for every atomic access of instrumented code (-fsanitize=thread), and
// what the runtime calls for probes and system calls. libtsan is not linked: these are its entry
// points, with those of sim/plain_hooks.cc.
#include <sys/syscall.h>

#include <cstdint>

#include "runtime_core/probe.h"
#include "sim/kernels.h"
#include "sim/order_table.h"
#include "sim/process.h"
#include "sim/schedule.h"
#include "sim/value.h"

namespace {

using sim::Machine;
using sim::the_machine;
using u8 = std::uint8_t;
using u16 = std::uint16_t;
using u32 = std::uint32_t;
using u64 = std::uint64_t;

#define CALLER reinterpret_cast<u64>(__builtin_return_address(0))

using sim::Operation;

// Accesses outside the simulated memory belong to one thread alone: constants of the program.
bool direct(u64 address) { return !sim::in_region(address) || the_machine->is_alone(); }

// The scheduling point of an operation that buffered stores may have to reach memory before.
TRICOLOR_INLINE void arrive_ordered(Machine& m, sim::Ordered what, int order,
                                    model::NextStep next = {}) {
  const bool drains = m.buffers_stores();
  if (drains && m.memory->must_drain(m, what, static_cast<u32>(order))) m.wait_for_drain();
  m.scheduling_point(next);
  if (drains) m.memory->after_drain(m, what, static_cast<u32>(order));
}

// A thread that came round a loop without effect waits here for a change, then goes on; either way
// this is the scheduling point of its next read.
TRICOLOR_INLINE void arrive(Machine& m, sim::LocalState state, u64 address, u32 bytes, bool swap) {
  const u32 self = m.current();
  if (m.step.active && m.options.awaits && m.fair) [[unlikely]] {
    m.awaits.each_compared(self,
                           [&](u64 at, u32 size) { m.touches(at, size, model::AccessKind::read); });
  }
  const model::NextStep next = m.access(address, bytes, swap);
  if (!m.options.awaits || !m.awaits.arrive(self, m.running_stack().top, state, address, swap)) {
    return m.scheduling_point(next);
  }
  if (!m.keeps_values()) return m.await_change(next);
  if (m.awaits.sees_change(self)) {
    m.scheduling_point(next);
  } else {
    m.await_change(next);
  }
  m.memory->must_notice(m, m.awaits.round_of(self));
}

// Where the thread is, for who compares states.
TRICOLOR_INLINE void park(Machine& m, const u64* words, u64 address, u64 operand,
                          u64 expected = 0) {
  if (m.places != nullptr) [[unlikely]]
    m.places->arrive({words, address, operand, expected, 0});
}

void announce(Machine& m, u64 address, u32 bytes, bool write, Operation operation, u64 pc) {
  m.mix(m.name_of(address) << 8 | u64{bytes} << 56 | static_cast<u64>(operation) << 4 |
        m.current() << 1);
  m.races.check_atomic(m, address, bytes, write, pc);
}

// The orders of a compare-and-swap that finds what it expects, and of one that does not.
struct SwapOrders {
  int success, failure;
};

// As written, but for who tries others.
TRICOLOR_INLINE SwapOrders real_orders(const Machine& m, sim::AtomicKind kind, SwapOrders written,
                                       u64 pc) {
  if (m.orders == nullptr) [[likely]]
    return written;
  const sim::Orders orders = m.orders->at(
      pc, kind, {static_cast<u32>(written.success), static_cast<u32>(written.failure)});
  return {static_cast<int>(orders.order), static_cast<int>(orders.failure)};
}
TRICOLOR_INLINE int real_order(const Machine& m, sim::AtomicKind kind, int written, u64 pc) {
  return real_orders(m, kind, {written, __ATOMIC_RELAXED}, pc).success;
}

template <class T>
TRICOLOR_INLINE T load(const volatile T* at, int order, sim::LocalState state) {
  const auto address = reinterpret_cast<u64>(at);
  if (direct(address)) return *at;
  Machine& m = *the_machine;
  order = real_order(m, sim::AtomicKind::load, order, state.pc());
  m.take_signal();
  park(m, state.words, address, 0);
  arrive(m, state, address, sizeof(T), false);
  announce(m, address, sizeof(T), false, Operation::load, state.pc());
  const auto value =
      static_cast<T>(m.memory->load(m, {address, sizeof(T), static_cast<u32>(order)}));
  if (m.options.awaits) m.awaits.note_read(m.current(), address, sizeof(T), value, false);
  m.record(Operation::load, address, sizeof(T), value, state.pc());
  return value;
}

template <class T>
TRICOLOR_INLINE void store(volatile T* at, T value, int order, const u64* words, u64 pc) {
  const auto address = reinterpret_cast<u64>(at);
  if (direct(address)) {
    if (sim::in_region(address)) the_machine->space.touch(address, sizeof(T));
    *at = value;
    return;
  }
  Machine& m = *the_machine;
  order = real_order(m, sim::AtomicKind::store, order, pc);
  m.take_signal();
  park(m, words, address, value);
  arrive_ordered(m, sim::Ordered::store, order, m.access(address, sizeof(T), true));
  announce(m, address, sizeof(T), true, Operation::store, pc);
  m.awaits.progress(m.current());
  m.record(Operation::store, address, sizeof(T), value, pc);
  m.memory->store(m, {address, sizeof(T), static_cast<u32>(order)}, value);
}

// Applies `change`, with its operand, atomically; returns the old value.
template <bool computes, class T, class F>
TRICOLOR_INLINE T modify(volatile T* at, T operand, int order, const u64* words, u64 pc, F change) {
  const auto address = reinterpret_cast<u64>(at);
  if (direct(address)) {
    if (sim::in_region(address)) the_machine->space.touch(address, sizeof(T));
    const T old = *at;
    *at = change(old);
    return old;
  }
  Machine& m = *the_machine;
  order = real_order(m, sim::AtomicKind::update, order, pc);
  m.take_signal();
  park(m, words, address, operand);
  arrive_ordered(m, sim::Ordered::rmw, order, m.access(address, sizeof(T), true));
  announce(m, address, sizeof(T), true, Operation::rmw, pc);
  m.awaits.progress(m.current());
  if (m.keeps_values()) [[unlikely]] {
    const sim::Access access{address, sizeof(T), static_cast<u32>(order)};
    const sim::Update update{.computes = computes};
    const T old = static_cast<T>(m.memory->read_to_update(m, access, update));
    m.memory->write_updated(m, access, update, change(old));
    m.record(Operation::rmw, address, sizeof(T), change(old), pc);
    return old;
  }
  m.writes(address, sizeof(T));
  m.races.acquire(m.current(), address, sizeof(T));
  const T old = *at;
  m.races.release(m.current(), address, sizeof(T));
  m.space.touch(address, sizeof(T));
  *at = change(old);
  m.changed(address, sizeof(T));
  m.record(Operation::rmw, address, sizeof(T), *at, pc);
  return old;
}

template <class T>
TRICOLOR_INLINE bool compare_exchange(volatile T* at, T* expected, T desired, SwapOrders orders,
                                      sim::LocalState state) {
  const auto address = reinterpret_cast<u64>(at);
  T old;
  if (direct(address)) {
    old = *at;
    if (old == *expected) {
      if (sim::in_region(address)) the_machine->space.touch(address, sizeof(T));
      *at = desired;
      return true;
    }
  } else {
    Machine& m = *the_machine;
    const u64 pc = state.pc();
    orders = real_orders(m, sim::AtomicKind::swap, orders, pc);
    const int order = orders.success;
    m.take_signal();
    const bool drains = m.buffers_stores();
    if (drains && m.memory->must_drain(m, sim::Ordered::rmw, static_cast<u32>(order))) {
      m.wait_for_drain();
    }
    park(m, state.words, address, desired, *expected);
    arrive(m, state, address, sizeof(T), true);
    if (drains) m.memory->after_drain(m, sim::Ordered::rmw, static_cast<u32>(order));
    announce(m, address, sizeof(T), false, Operation::rmw, pc);
    const u64 wanted = *expected;
    const sim::Access access{address, sizeof(T), static_cast<u32>(order)};
    const sim::Update update{&wanted, static_cast<u32>(orders.failure), false};
    if (m.keeps_values()) [[unlikely]] {
      old = static_cast<T>(m.memory->read_to_update(m, access, update));
    } else {
      m.races.acquire(m.current(), address, sizeof(T));
      old = *at;
    }
    m.swaps(address, sizeof(T), *expected, old);
    if (old == *expected) {
      m.races.check_atomic(m, address, sizeof(T), true, pc);
      m.awaits.progress(m.current());
      if (m.keeps_values()) [[unlikely]] {
        m.memory->write_updated(m, access, update, desired);
      } else {
        m.writes(address, sizeof(T));
        m.races.release(m.current(), address, sizeof(T));
        m.space.touch(address, sizeof(T));
        *at = desired;
        m.changed(address, sizeof(T));
      }
      m.record(Operation::rmw, address, sizeof(T), desired, pc);
      return true;
    }
    m.touches(address, sizeof(T), model::AccessKind::read);
    m.mix(static_cast<u64>(Operation::cas_failed));
    if (m.options.awaits) m.awaits.note_read(m.current(), address, sizeof(T), old, true);
    m.record(Operation::cas_failed, address, sizeof(T), old, pc);
  }
  if (sim::in_region(reinterpret_cast<u64>(expected))) {
    the_machine->space.touch(reinterpret_cast<u64>(expected), sizeof(T));
  }
  *expected = old;
  return false;
}

}  // namespace

namespace sim {

std::int64_t linux_call(Machine& m, long number, const KernelArguments& args, std::uint64_t pc) {
  if (is_process_call(number)) return m.process_call(number, args);
  m.take_signal();
  // The kernel is entered with an empty store buffer.
  if (!m.is_alone()) {
    const bool futex = number == SYS_futex;
    arrive_ordered(m, Ordered::rmw, __ATOMIC_SEQ_CST,
                   futex ? m.access(args[0], 4, true) : model::NextStep{});
    if (m.keeps_values()) m.memory->fence(m, __ATOMIC_SEQ_CST);
  }
  m.record(Operation::system_call, static_cast<u64>(number), 0, args[0], pc);
  return m.system_call(number, args);
}

}  // namespace sim

extern "C" {

void __tsan_init() {}
void __tsan_func_entry(void*) {}
void __tsan_func_exit() {}
// Reads go through trampolines that push the callee-saved registers, so that the thread's whole
// local state lies on its stack (sim/await.h). `state` is the register that carries the address of
// the pushed words to the hook, as its next argument. `first` comes before all that.
#define TRAMPOLINE_BEHIND(first, name, target, state)                                \
  asm(".text\n.globl " name "\n.type " name ", @function\n" name                     \
      ":\n"                                                                          \
      ".cfi_startproc\n" first                                                       \
      "push %rbp\n.cfi_def_cfa_offset 16\n.cfi_offset %rbp, -16\n"                   \
      "mov %rsp, %rbp\n.cfi_def_cfa_register %rbp\n"                                 \
      "push %rbx\npush %r12\npush %r13\npush %r14\npush %r15\nsub $8, %rsp\n"        \
      "mov %rsp, %" state "\ncall " target                                           \
      "\nadd $8, %rsp\npop %r15\npop %r14\npop %r13\npop %r12\npop %rbx\npop %rbp\n" \
      ".cfi_def_cfa %rsp, 8\nret\n.cfi_endproc\n.size " name ", .-" name "\n");
#define TRAMPOLINE(name, target, state) TRAMPOLINE_BEHIND("", name, target, state)

// Operations that only store need no registers, unless somebody looks for cycles: `words` is then
// the fourth argument, else null.
#define TRAMPOLINE_IF_KEPT(name, target)                  \
  TRAMPOLINE_BEHIND(                                      \
      "cmpb $0, tricolor_keeps_registers(%rip)\njne 1f\n" \
      "xor %ecx, %ecx\njmp " target "\n1:\n",             \
      name, target, "rcx")

#define PLACE (words != nullptr ? sim::LocalState{words}.pc() : CALLER)
#define MODIFY(bits, T, name, computes, changed)                                              \
  T tricolor_##name##bits(volatile T* at, T value, int order, const u64* words) {             \
    return modify<computes>(at, value, order, words, PLACE,                                   \
                            [=]([[maybe_unused]] T old) { return static_cast<T>(changed); }); \
  }                                                                                           \
  TRAMPOLINE_IF_KEPT("__tsan_atomic" #bits "_" #name, "tricolor_" #name #bits)

#define ATOMIC(bits, T)                                                             \
  void tricolor_store##bits(volatile T* at, T value, int order, const u64* words) { \
    store(at, value, order, words, PLACE);                                          \
  }                                                                                 \
  TRAMPOLINE_IF_KEPT("__tsan_atomic" #bits "_store", "tricolor_store" #bits)        \
  MODIFY(bits, T, exchange, false, value)                                           \
  MODIFY(bits, T, fetch_add, true, old + value)                                     \
  MODIFY(bits, T, fetch_sub, true, old - value)                                     \
  MODIFY(bits, T, fetch_and, true, old& value)                                      \
  MODIFY(bits, T, fetch_or, true, old | value)                                      \
  MODIFY(bits, T, fetch_xor, true, old ^ value)                                     \
  MODIFY(bits, T, fetch_nand, true, ~(old & value))
ATOMIC(8, u8)
ATOMIC(16, u16)
ATOMIC(32, u32)
ATOMIC(64, u64)

#define READ(bits, T)                                                                              \
  T tricolor_load##bits(const volatile T* at, int order, const u64* words) {                       \
    return load(at, order, {words});                                                               \
  }                                                                                                \
  int tricolor_compare_exchange##bits(volatile T* at, T* expected, T desired, int order,           \
                                      int failure, const u64* words) {                             \
    return compare_exchange(at, expected, desired, {order, failure}, {words});                     \
  }                                                                                                \
  T tricolor_compare_exchange_val##bits(volatile T* at, T expected, T desired, int order,          \
                                        int failure, const u64* words) {                           \
    compare_exchange(at, &expected, desired, {order, failure}, {words});                           \
    return expected;                                                                               \
  }                                                                                                \
  TRAMPOLINE("__tsan_atomic" #bits "_load", "tricolor_load" #bits, "rdx")                          \
  TRAMPOLINE("__tsan_atomic" #bits "_compare_exchange_strong", "tricolor_compare_exchange" #bits,  \
             "r9")                                                                                 \
  TRAMPOLINE("__tsan_atomic" #bits "_compare_exchange_weak", "tricolor_compare_exchange" #bits,    \
             "r9")                                                                                 \
  TRAMPOLINE("__tsan_atomic" #bits "_compare_exchange_val", "tricolor_compare_exchange_val" #bits, \
             "r9")
READ(8, u8)
READ(16, u16)
READ(32, u32)
READ(64, u64)

void __tsan_atomic_thread_fence(int order) {
  Machine& m = *the_machine;
  if (m.is_alone()) return;
  order = real_order(m, sim::AtomicKind::fence, order, CALLER);
  m.take_signal();
  arrive_ordered(m, sim::Ordered::fence, order);
  if (m.keeps_values() && order != __ATOMIC_RELAXED) m.memory->fence(m, static_cast<u32>(order));
  m.mix(static_cast<u64>(Operation::fence) << 4 | m.current() << 1);
  m.record(Operation::fence, 0, 0, 0, CALLER);
}
// Where the program says what its own handlers see.
void __tsan_atomic_signal_fence(int) { the_machine->take_signal(); }

void tricolor_event(unsigned kind, u64 a, u64 b, u64 c) {
  Machine& m = *the_machine;
  m.awaits.progress(m.current());
  m.event(kind, a, b, c, CALLER);
}

u32 tricolor_decide(unsigned kind, u32 n, u32 fallback) {
  Machine& m = *the_machine;
  m.awaits.progress(m.current());
  // What is no heuristic of the runtime's is the program's own, and always a choice.
  const bool own = kind == static_cast<unsigned>(runtime_core::Decision::none);
  return m.options.decide_choices || own ? m.choose(model::ChoiceKind::decide, n) : fallback;
}

std::int64_t tricolor_syscall(long number, u64 a, u64 b, u64 c, u64 d, u64 e, u64 f) {
  Machine& m = *the_machine;
  const u64 args[6] = {a, b, c, d, e, f};
  if (m.options.kernel_call != nullptr) return m.options.kernel_call(m, number, args, CALLER);
  return sim::linux_call(m, number, args, CALLER);
}

void tricolor_settls(void* mp) { the_machine->set_tls(mp); }
void* tricolor_getm() { return the_machine->tls(); }

void tricolor_procyield(u32) { the_machine->yield(); }

u64 tricolor_new_stack() { return the_machine->new_stack(); }

void* tricolor_make_context(u64 top, void (*entry)(void*)) {
  return the_machine->make_context(top, entry);
}

// What the handler has called with its return never comes back here.
void tricolor_trap(std::int32_t sig) {
  reinterpret_cast<void (*)()>(the_machine->trap(sig))();
  __builtin_trap();
}

void tricolor_throw(const char* invariant, const char* message) {
  the_machine->thrown(invariant, message);
}

}  // extern "C"
