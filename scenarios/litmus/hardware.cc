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

// An address is a number here, the same in each instance. No other number of a test may be one.
constexpr std::int64_t first_address = 0x5a00'0000, address_stride = 0x1000;

constexpr std::int64_t address_of(std::int32_t location) {
  return first_address + location * address_stride;
}
// The location that a number is the address of, if it is one.
std::uint32_t location_at(std::int64_t number) {
  return static_cast<std::uint32_t>((number - first_address) / address_stride);
}
bool is_address(std::int64_t number, std::size_t locations) {
  return number >= first_address && location_at(number) < locations &&
         (number - first_address) % address_stride == 0;
}
Value value_of(std::int64_t number, std::size_t locations) {
  if (!is_address(number, locations)) return {-1, number};
  return {static_cast<std::int32_t>(location_at(number)), 0};
}

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
  std::uint32_t next;
  std::int32_t base_register, index_register;  // of an access: parts of its address
  std::int64_t offset;
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
  Translator(std::size_t locations, Histogram* result) : locations_(locations), result_(*result) {}

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
      if (is_access(i.op)) address(i, &o);
      if (i.op == Op::load_exclusive || i.op == Op::store_exclusive) {
        fail(i.place, "exclusives are not run natively");
      }
      code.operations.push_back(o);
    }
    return code;
  }
  std::int64_t number(Place place, const Value& v) {
    if (v.location >= 0) return address_of(v.location) + v.number;
    if (is_address(v.number, locations_)) fail(place, "this number is an address here");
    return v.number;
  }
  // By location: whether accesses to it are of 64 bits.
  const std::vector<bool>& wide() const { return wide_; }

 private:
  void address(const Instruction& i, Operation* o) {
    o->base_register = i.base.reg;
    o->index_register = i.index.reg;
    o->offset = number(i.place, i.base.constant) + number(i.place, i.index.constant);
    const bool direct = i.base.reg < 0 && i.index.reg < 0;
    if (direct && !is_address(o->offset, locations_)) fail(i.place, "this is no location");
    (o->wide ? any_wide_ : any_narrow_) = true;
    any_indirect_ = any_indirect_ || !direct;
    if (any_wide_ && any_narrow_ && any_indirect_) {
      fail(i.place, "addresses in registers and accesses of different sizes are not run natively");
    }
    wide_.resize(locations_);
    if (!direct) wide_.assign(locations_, o->wide);
    if (direct && is_address(o->offset, locations_)) wide_[location_at(o->offset)] = o->wide;
  }
  void fail(Place place, const char* what) {
    if (!result_.error) result_.error = Error{place, what};
  }
  std::size_t locations_;
  Histogram& result_;
  std::vector<bool> wide_;
  bool any_wide_ = false, any_narrow_ = false, any_indirect_ = false;
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

// The memory of one instance.
struct Instance {
  Cell* cells;
  std::size_t locations;
};

// False if the thread accesses what is no location: it ends there.
bool run(const Code& code, Instance memory, std::int64_t* registers) {
  const std::size_t end = code.operations.size();
  const auto in = [&](std::int32_t reg) { return reg < 0 ? 0 : registers[reg]; };
  for (std::size_t at = 0; at < end; at++) {
    const Operation& o = code.operations[at];
    const std::int64_t a = o.a_register < 0 ? o.a : registers[o.a_register];
    const std::int64_t b = o.b_register < 0 ? o.b : registers[o.b_register];
    if (o.op == Op::fence) {
      std::atomic_thread_fence(std::memory_order_seq_cst);
    } else if (o.op == Op::jump || o.op == Op::jump_zero || o.op == Op::jump_nonzero) {
      if (o.op == Op::jump || (a == 0) == (o.op == Op::jump_zero)) at = o.next - std::size_t{1};
    } else {
      std::int64_t result = 0;
      if (is_access(o.op)) {
        const std::int64_t address = o.offset + in(o.base_register) + in(o.index_register);
        if (!is_address(address, memory.locations)) return false;
        Cell& cell = memory.cells[location_at(address)];
        result = o.wide ? access(o, cell.wide, a, b) : access(o, cell.narrow, a, b);
      } else {
        result = compute(o, a, b);
      }
      if (!o.wide) result = static_cast<std::int32_t>(result);
      if (o.target >= 0) registers[o.target] = result;
    }
  }
  return true;
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
  std::atomic<bool> strayed = false;  // a thread accessed what is no location
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
    if (!run(code, {memory, arena.locations}, registers)) arena.strayed = true;
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
  Translator translator(test.locations.size(), &result);
  std::vector<Code> codes;
  for (const Thread& t : test.threads) codes.push_back(translator.translate(t));
  std::vector<std::int64_t> initial;
  for (const Location& l : test.locations) initial.push_back(translator.number({}, l.initial));
  if (result.error) return result;
  std::vector<bool> wide = translator.wide();
  wide.resize(test.locations.size());
  for (std::size_t l = 0; l < wide.size(); l++) wide[l] = wide[l] || test.locations[l].bits == 64;

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
    if (arena.strayed) result.error = Error{{}, "an access to what is no location of the test"};
    if (result.error) return result;
    for (std::uint32_t i = 0; i < batch; i++) {
      std::vector<Value> state;
      for (const Observed& o : names) {
        const Cell* cell = &arena.memory[std::size_t{i} * arena.locations + o.index];
        const std::int64_t found =
            o.thread >= 0   ? arena.registers[static_cast<std::size_t>(o.thread)][i][o.index]
            : wide[o.index] ? cell->wide
                            : cell->narrow;
        state.push_back(value_of(found, arena.locations));
      }
      result.states[state]++;
    }
    result.instances += batch;
  }
  return result;
}

}  // namespace scenarios::litmus
