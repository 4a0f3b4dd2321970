// c11-program: a C11 litmus test as a compiled, instrumented program, for comparison with its
// interpreter (scenarios/litmus).
//
// A thread is one parameter: an operation in each of its bytes, from the lowest on. Bits 0 to 2 say
// what it is, bits 3 and 4 the location, bits 5 to 7 the order. What the operation with index i of
// thread t writes is 8 t + i + 1, so that a value tells its write.
#include "scenarios/scenario.h"

namespace scenarios {
namespace {

using namespace runtime_core;

constexpr u32 threads_max = 4, operations_max = 7, locations = 4, value_bits = 6;

enum class Kind : u32 { end, load, store, exchange, fence };

struct State {
  struct alignas(64) Line {
    std::atomic<u32> value;
  };
  Line memory[locations];
  struct alignas(64) Reads {
    u64 packed;  // what the thread read, the value of operation i at bit 6 i
  };
  Reads reads[threads_max];
};

// Thread 0 stores and loads, thread 1 the other way round: store buffering.
constexpr i64 encode(Kind kind, u32 location) { return static_cast<u32>(kind) | location << 3; }
constexpr i64 whole = i64{1} << (8 * operations_max);
constexpr Param params[] = {
    {"threads", 2, "threads", 1, threads_max},
    {"thread0", encode(Kind::store, 0) | encode(Kind::load, 1) << 8, "its operations", 0, whole},
    {"thread1", encode(Kind::store, 1) | encode(Kind::load, 0) << 8, "its operations", 0, whole},
    {"thread2", 0, "its operations", 0, whole},
    {"thread3", 0, "its operations", 0, whole},
};

u32 thread_count(const Env& env) { return static_cast<u32>(env.params[0]); }

void setup(Env& env) { env.state = allocate<State>(env); }

std::memory_order order_of(u32 number) {
  constexpr std::memory_order orders[] = {relaxed, acquire, release, acq_rel, seq_cst};
  return number < 5 ? orders[number] : seq_cst;
}

// Each order is its own call, as in a program that names it: the compiler must see a constant.
u32 load(const std::atomic<u32>& at, std::memory_order order) {
  if (order == relaxed) return at.load(relaxed);
  if (order == acquire) return at.load(acquire);
  return at.load(seq_cst);
}
void store(std::atomic<u32>& at, u32 value, std::memory_order order) {
  if (order == relaxed) return at.store(value, relaxed);
  if (order == release) return at.store(value, release);
  at.store(value, seq_cst);
}
u32 exchange(std::atomic<u32>& at, u32 value, std::memory_order order) {
  if (order == relaxed) return at.exchange(value, relaxed);
  if (order == acquire) return at.exchange(value, acquire);
  if (order == release) return at.exchange(value, release);
  if (order == acq_rel) return at.exchange(value, acq_rel);
  return at.exchange(value, seq_cst);
}
void fence(std::memory_order order) {
  if (order == acquire) return std::atomic_thread_fence(acquire);
  if (order == release) return std::atomic_thread_fence(release);
  if (order == acq_rel) return std::atomic_thread_fence(acq_rel);
  std::atomic_thread_fence(seq_cst);
}

void thread(Env& env, u32 id) {
  State& s = *static_cast<State*>(env.state);
  const u64 program = static_cast<u64>(env.params[1 + id]);
  u64 reads = 0;
  for (u32 i = 0; i < operations_max; i++) {
    const u32 operation = static_cast<u32>(program >> (8 * i) & 0xff);
    std::atomic<u32>& at = s.memory[operation >> 3 & 3].value;
    const std::memory_order order = order_of(operation >> 5);
    const u32 value = 8 * id + i + 1;
    u64 read = 0;
    switch (static_cast<Kind>(operation & 7)) {
      case Kind::load:
        read = load(at, order);
        break;
      case Kind::store:
        store(at, value, order);
        break;
      case Kind::exchange:
        read = exchange(at, value, order);
        break;
      case Kind::fence:
        fence(order);
        break;
      case Kind::end:
        break;
    }
    reads |= read << (value_bits * i);
  }
  s.reads[id].packed = reads;
}

void finish(Env& env) {
  const State& s = *static_cast<State*>(env.state);
  u64 memory = 0;
  for (u32 l = 0; l < locations; l++) {
    memory |= u64{s.memory[l].value.load(relaxed)} << (value_bits * l);
  }
  env.result_count = 1 + threads_max;
  env.results[0] = {"memory", static_cast<i64>(memory)};
  constexpr const char* names[] = {"reads0", "reads1", "reads2", "reads3"};
  for (u32 t = 0; t < threads_max; t++) {
    env.results[1 + t] = {names[t], static_cast<i64>(s.reads[t].packed)};
  }
}

}  // namespace

extern const Scenario c11_program_scenario;
const Scenario c11_program_scenario = {.name = "c11-program",
                                       .description = "a C11 litmus test, compiled",
                                       .reaches = "",
                                       .params = params,
                                       .param_count = 5,
                                       .thread_count = thread_count,
                                       .setup = setup,
                                       .thread = thread,
                                       .finish = finish};

}  // namespace scenarios
