// Translation to steps without look-ups, and threads that meet before each instance.
#include "scenarios/litmus/hardware.h"

#include <algorithm>
#include <atomic>
#include <thread>

namespace scenarios::litmus {
namespace {

constexpr std::uint32_t batch =
    1021;  // instances at a time; a prime, so that any stride visits all
constexpr std::uint32_t patience = 1000;  // looks for the others before an instance, at most
constexpr const char* no_addresses = "addresses in registers are not run natively";

// A location of either size.
struct alignas(128) Cell {
  std::int64_t wide;
  std::int32_t narrow;
};

struct Operation {
  Op op;
  bool wide;  // 64 bits
  std::int32_t target, a_register, b_register;
  std::int64_t a, b;
  std::uint32_t location, next;
};

struct Code {
  std::vector<Operation> operations;
  std::vector<std::int64_t> registers;  // initial
};

bool is_access(Op op) {
  return op == Op::load || op == Op::store || op == Op::exchange || op == Op::fetch_add ||
         op == Op::compare_exchange;
}

class Translator {
 public:
  explicit Translator(Histogram* result) : result_(*result) {}

  Code translate(const Thread& thread) {
    Code code;
    for (const Value& v : thread.initial) code.registers.push_back(number({}, v));
    for (const Instruction& i : thread.code) {
      Operation o{};
      o.op = i.op;
      o.wide = i.bits == 64;
      o.target = i.target;
      o.a_register = i.a.reg;
      o.b_register = i.b.reg;
      // A load has its address there, too.
      if (i.op != Op::load) {
        o.a = number(i.place, i.a.constant);
        o.b = number(i.place, i.b.constant);
      }
      o.next = i.next;
      if (is_access(i.op)) {
        const bool direct = i.base.reg < 0 && i.base.constant.location >= 0 && i.index.reg < 0 &&
                            i.base.constant.number + i.index.constant.number == 0;
        if (!direct) fail(i.place, no_addresses);
        o.location = static_cast<std::uint32_t>(std::max(0, i.base.constant.location));
      }
      if (i.op == Op::load_exclusive || i.op == Op::store_exclusive) {
        fail(i.place, "exclusives are not run natively");
      }
      code.operations.push_back(o);
    }
    return code;
  }
  std::int64_t number(Place place, const Value& v) {
    if (v.location >= 0) fail(place, no_addresses);
    return v.number;
  }

 private:
  void fail(Place place, const char* what) {
    if (!result_.error) result_.error = Error{place, what};
  }
  Histogram& result_;
};

// MOV is a relaxed access; what x86 locks, and MFENCE, is sequentially consistent.
template <class T>
std::int64_t access(const Operation& o, T& cell, std::int64_t a, std::int64_t b) {
  const std::atomic_ref<T> at(cell);
  const T value = static_cast<T>(a);
  switch (o.op) {
    case Op::load:
      return at.load(std::memory_order_relaxed);
    case Op::store:
      at.store(value, std::memory_order_relaxed);
      return 0;
    case Op::exchange:
      return at.exchange(value, std::memory_order_seq_cst);
    case Op::fetch_add:
      return at.fetch_add(value, std::memory_order_seq_cst);
    default: {
      T expected = value;
      at.compare_exchange_strong(expected, static_cast<T>(b), std::memory_order_seq_cst);
      return expected;
    }
  }
}

std::int64_t compute(const Operation& o, std::int64_t a, std::int64_t b) {
  const auto x = static_cast<std::uint64_t>(a), y = static_cast<std::uint64_t>(b);
  switch (o.op) {
    case Op::add:
      return static_cast<std::int64_t>(x + y);
    case Op::subtract:
      return static_cast<std::int64_t>(x - y);
    case Op::bit_xor:
      return a ^ b;
    case Op::bit_and:
      return a & b;
    case Op::bit_or:
      return a | b;
    case Op::equal:
      return a == b ? 1 : 0;
    default:
      return a;
  }
}

void run(const Code& code, Cell* memory, std::int64_t* registers) {
  const std::size_t end = code.operations.size();
  for (std::size_t at = 0; at < end; at++) {
    const Operation& o = code.operations[at];
    const std::int64_t a = o.a_register < 0 ? o.a : registers[o.a_register];
    const std::int64_t b = o.b_register < 0 ? o.b : registers[o.b_register];
    if (o.op == Op::fence) {
      std::atomic_thread_fence(std::memory_order_seq_cst);
    } else if (o.op == Op::jump || o.op == Op::jump_zero || o.op == Op::jump_nonzero) {
      if (o.op == Op::jump || (a == 0) == (o.op == Op::jump_zero)) at = o.next - std::size_t{1};
    } else {
      Cell& cell = memory[o.location];
      std::int64_t result = !is_access(o.op) ? compute(o, a, b)
                            : o.wide         ? access(o, cell.wide, a, b)
                                             : access(o, cell.narrow, a, b);
      if (!o.wide) result = static_cast<std::int32_t>(result);
      if (o.target >= 0) registers[o.target] = result;
    }
  }
}

// What the threads of one batch share.
struct Arena {
  std::uint32_t locations, threads;
  std::vector<Cell> memory;                                       // by instance and location
  std::vector<std::vector<std::vector<std::int64_t>>> registers;  // by thread and instance
  struct alignas(128) Gate {
    std::atomic<std::uint32_t> arrived;
  };
  std::vector<Gate> gates = std::vector<Gate>(batch);
};

// All are there before the first instance. Before each other one they wait for each other, but not
// for long: who has lost its processor comes later, and its instances are run one after the other.
void run_batch(Arena& arena, const Code& code, std::uint32_t thread, std::uint32_t stride) {
  for (std::uint32_t n = 0; n < batch; n++) {
    const std::uint32_t instance = n * stride % batch;
    std::int64_t* registers = arena.registers[thread][instance].data();
    Cell* memory = &arena.memory[std::size_t{instance} * arena.locations];
    std::atomic<std::uint32_t>& gate = arena.gates[instance].arrived;
    gate.fetch_add(1, std::memory_order_acq_rel);
    for (std::uint32_t i = 0; gate.load(std::memory_order_acquire) < arena.threads; i++) {
      if (n == 0) std::this_thread::yield();
      if (n != 0 && i == patience) break;
    }
    run(code, memory, registers);
  }
}

}  // namespace

const char* model_of_hardware() {
#ifdef __x86_64__
  return "tso";
#else
  return nullptr;
#endif
}

Histogram run_on_hardware(const Test& test, std::span<const Observed> names,
                          std::uint64_t instances) {
  Histogram result;
  Translator translator(&result);
  std::vector<Code> codes;
  for (const Thread& t : test.threads) codes.push_back(translator.translate(t));
  std::vector<std::int64_t> initial;
  for (const Location& l : test.locations) initial.push_back(translator.number({}, l.initial));
  if (result.error) return result;
  std::vector<bool> wide(test.locations.size());
  for (const Code& code : codes) {
    for (const Operation& o : code.operations) {
      if (is_access(o.op) && o.wide) wide[o.location] = true;
    }
  }

  Arena arena;
  arena.locations = static_cast<std::uint32_t>(test.locations.size());
  arena.threads = static_cast<std::uint32_t>(codes.size());
  arena.memory.resize(std::size_t{batch} * std::max(1u, arena.locations));
  arena.registers.resize(codes.size());
  for (std::uint32_t round = 0; result.instances < instances; round++) {
    for (std::size_t i = 0; i < arena.locations * std::size_t{batch}; i++) {
      const std::int64_t value = initial[i % arena.locations];
      arena.memory[i] = {value, static_cast<std::int32_t>(value)};
    }
    for (auto& gate : arena.gates) gate.arrived.store(0, std::memory_order_relaxed);
    for (std::size_t t = 0; t < codes.size(); t++) {
      arena.registers[t].assign(batch, codes[t].registers);
    }
    {
      std::vector<std::jthread> threads;
      for (std::uint32_t t = 0; t < codes.size(); t++) {
        threads.emplace_back([&, t] { run_batch(arena, codes[t], t, 1 + round % (batch - 1)); });
      }
    }
    for (std::uint32_t i = 0; i < batch; i++) {
      std::vector<Value> state;
      for (const Observed& o : names) {
        if (o.thread >= 0) {
          state.push_back({-1, arena.registers[static_cast<std::size_t>(o.thread)][i][o.index]});
        } else {
          const Cell& cell = arena.memory[std::size_t{i} * arena.locations + o.index];
          state.push_back({-1, wide[o.index] ? cell.wide : cell.narrow});
        }
      }
      result.states[state]++;
    }
    result.instances += batch;
  }
  return result;
}

}  // namespace scenarios::litmus
