// random-program: threads that run short random programs over three words, for comparing explorers.
//
// The program is a function of the parameters alone. Every value that a thread reads goes into its
// sum, and the result `final_state` tells final states apart.
#include "runtime_core/os/mem.h"
#include "runtime_core/runtime.h"
#include "runtime_core/sync/mutex.h"
#include "scenarios/scenario.h"

namespace scenarios {
namespace {

using namespace runtime_core;

constexpr u32 threads_max = 4, operations_max = 6, words = 2;

enum class Op : u32 {
  load,
  load_half,
  store,
  store_half,
  store_ordered,
  add,
  swap,
  fence,
  locked,  // one operation among them, so that programs stay small
  wait,    // until the word is not zero: for ever if nobody stores
  // Those that ask for values:
  decided,         // does nothing, or stores, or adds
  decided_twice,   // asks once more, if the first answer says so
  mapped,          // memory, unless it is refused
  mapped_decided,  // that, and a decision in the same step
  count_,
  // Those that may race:
  plain,     // a write
  plain_if,  // the same if the word is not zero
};
constexpr u64 ops_without_values = static_cast<u64>(Op::decided);

struct Operation {
  Op op;
  u32 word;
  u32 half;
  u64 value;
};

struct State {
  alignas(64) std::atomic<u64> word[words];
  alignas(64) Mutex mutex;
  alignas(64) u64 guarded;  // plain: under the mutex
  alignas(64) u64 sum[threads_max];
  u32 operations;  // of each thread
  u32 role[threads_max];
  Operation program[threads_max][operations_max];
  Runtime* rt;
  M* ms;
};

constexpr Param params[] = {
    {"threads", 2, "threads", 1, threads_max},
    {"operations", 3, "operations of each thread", 1, operations_max},
    {"program", 1, "number of the program", 0, i64{1} << 40},
    {"locks", 1, "0: no locks", 0, 1},
    {"waits", 1, "0: no waiting loops", 0, 1},
    {"values", 0, "1: operations that ask for values as well", 0, 1},
    {"races", 0, "1: plain accesses without a lock as well", 0, 1},
    {"copies", 1, "the first so many threads run the same program", 1, threads_max},
};

u32 thread_count(const Env& env) { return static_cast<u32>(env.params[0]); }

// The lowest of those that run the same program.
u32 role(const Env& env, u32 id) { return id < static_cast<u32>(env.params[7]) ? 0 : id; }

// splitmix64 (Steele, Lea and Flood, OOPSLA 2014).
u64 draw(u64* state) {
  u64 z = *state += 0x9e3779b97f4a7c15ull;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
  z = (z ^ z >> 27) * 0x94d049bb133111ebull;
  return z ^ z >> 31;
}

Operation draw_operation(const Env& env, u64* random) {
  Operation o{};
  const u64 ops = env.params[5] == 0 ? ops_without_values : static_cast<u64>(Op::count_);
  do {
    o.op = static_cast<Op>(draw(random) % ops);
  } while ((o.op == Op::locked && env.params[3] == 0) || (o.op == Op::wait && env.params[4] == 0));
  o.word = static_cast<u32>(draw(random) % words);
  o.half = static_cast<u32>(draw(random) % 2);
  o.value = 1 + draw(random) % 2;
  if (env.params[6] == 0) return o;
  const u64 drawn = draw(random) % 4;
  if (drawn < 2) o.op = drawn == 0 ? Op::plain : Op::plain_if;
  return o;
}

void setup(Env& env) {
  State* s = allocate<State>(env);
  env.state = s;
  s->rt = allocate<Runtime>(env);
  s->rt->ncpu = 2;
  s->ms = allocate<M>(env, thread_count(env));
  s->operations = static_cast<u32>(env.params[1]);
  u64 random = static_cast<u64>(env.params[2]);
  for (u32 t = 0; t < thread_count(env); t++) {
    m_init(s->rt, &s->ms[t], static_cast<i32>(t));
    s->role[t] = role(env, t);
    for (u32 i = 0; i < s->operations; i++) s->program[t][i] = draw_operation(env, &random);
  }
}

u64 decided(u32 n) { return decide(Decision::steal_victim, n, 0); }

// Where it is tells who was first.
u64 mapped(State& s) {
  std::atomic<u64> bytes{};
  const void* p = sys_alloc(1, &bytes);
  return p == nullptr ? 3 : reinterpret_cast<uintptr>(p) - reinterpret_cast<uintptr>(s.rt);
}

u64 run_with_values(State& s, const Operation& o) {
  std::atomic<u64>& word = s.word[o.word];
  switch (o.op) {
    case Op::decided:
      switch (decided(3)) {
        case 0:
          return 5;
        case 1:
          word.store(o.value, relaxed);
          return 6;
        default:
          return word.fetch_add(o.value, seq_cst);
      }
    case Op::decided_twice:
      if (decided(2) == 0) return word.load(relaxed);
      return 8 + decided(2);
    case Op::mapped:
      return mapped(s);
    default: {
      const u64 where = mapped(s);
      if (decided(2) == 0) return where;
      word.store(o.value, relaxed);
      return where + 1;
    }
  }
}

u64 run(State& s, u32 id, const Operation& o) {
  std::atomic<u64>& word = s.word[o.word];
  std::atomic_ref<u32> half(reinterpret_cast<u32*>(&word)[o.half]);
  switch (o.op) {
    case Op::load:
      return word.load(relaxed);
    case Op::load_half:
      return half.load(acquire);
    case Op::store:
      word.store(o.value, relaxed);
      return 0;
    case Op::store_half:
      half.store(static_cast<u32>(o.value), release);
      return 0;
    case Op::store_ordered:
      word.store(o.value, seq_cst);
      return 0;
    case Op::add:
      return word.fetch_add(o.value, seq_cst);
    case Op::swap: {
      u64 expected = o.value - 1;
      return word.compare_exchange_strong(expected, o.value, seq_cst, seq_cst) ? 7 : expected;
    }
    case Op::fence:
      std::atomic_thread_fence(seq_cst);
      return 0;
    case Op::locked:
      lock(&s.ms[id], &s.mutex);
      s.guarded = s.guarded * 5 + s.role[id] + 1;
      unlock(&s.ms[id], &s.mutex);
      return 0;
    case Op::wait:
      for (;;) {
        if (const u64 value = word.load(acquire); value != 0) return value;
      }
    case Op::plain_if:
      if (word.load(acquire) == 0) return 0;
      [[fallthrough]];
    case Op::plain:
      s.guarded = s.guarded * 5 + s.role[id] + 1;
      return 9;
    default:
      return run_with_values(s, o);
  }
}

void thread(Env& env, u32 id) {
  State& s = *static_cast<State*>(env.state);
  u64 sum = 1;
  for (u32 i = 0; i < s.operations; i++) sum = sum * 31 + run(s, id, s.program[s.role[id]][i]);
  s.sum[id] = sum;
}

void finish(Env& env) {
  const State& s = *static_cast<State*>(env.state);
  u64 state = s.guarded;
  for (const auto& word : s.word) state = draw(&state) ^ word.load(relaxed);
  // Those that run the same program count alike, whatever their numbers.
  u64 of_role[threads_max] = {};
  for (u32 t = 0; t < threads_max; t++) {
    u64 sum = s.sum[t];
    of_role[s.role[t]] += draw(&sum);
  }
  for (const u64 sum : of_role) state = draw(&state) ^ sum;
  env.result_count = 1;
  env.results[0] = {"final_state", static_cast<i64>(state)};
}

// Spinning is only a shorter way to the same sleep.
constexpr Tuning tuning_of_random_program{.mutex_active_spin = 0, .mutex_passive_spin = 0};

}  // namespace

extern const Scenario random_program_scenario;
const Scenario random_program_scenario = {.name = "random-program",
                                          .description = "short random programs over two words",
                                          .reaches = "",
                                          .params = params,
                                          .param_count = 8,
                                          .thread_count = thread_count,
                                          .setup = setup,
                                          .thread = thread,
                                          .finish = finish,
                                          .tuning = &tuning_of_random_program,
                                          .role = role};

}  // namespace scenarios
