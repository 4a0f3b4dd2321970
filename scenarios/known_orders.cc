// known-orders: small programs of which it is known which memory orders they need, for who looks
// for that.
#include "scenarios/scenario.h"

namespace scenarios {
namespace {

using namespace runtime_core;

enum class Shape : i64 {
  message,             // a release store and an acquire load hand plain data over: both needed
  message_seq_cst,     // the same, stronger than needed
  store_buffering,     // both sequentially consistent, and needed so under C++
  fenced,              // the same with relaxed accesses and fences
  message_relaxed,     // both orders are missing
  message_unreleased,  // that of the store is missing
  failed_swap,         // the swap that fails hands the data over
  message_twice,       // one of two pairs is enough
};

struct State {
  alignas(64) std::atomic<u64> flag[2];
  alignas(64) u64 data;  // plain: handed over
  alignas(64) u64 seen[2][8];
};

constexpr Param params[] = {{"shape", 0, "which of them, see the source", 0, 7}};

u32 thread_count(const Env&) { return 2; }

void setup(Env& env) { env.state = allocate<State>(env); }

// Thread 0 hands data over to thread 1.
void message(State& s, u32 id) {
  if (id == 0) {
    s.data = 1;
    s.flag[0].store(1, release);  // to the load
  } else if (s.flag[0].load(acquire) != 0) {
    s.data++;
  }
}

void message_seq_cst(State& s, u32 id) {
  if (id == 0) {
    s.data = 1;
    s.flag[0].store(1, seq_cst);  // to the load
  } else if (s.flag[0].load(seq_cst) != 0) {
    s.data++;
  }
}

void message_relaxed(State& s, u32 id) {
  if (id == 0) {
    s.data = 1;
    s.flag[0].store(1, relaxed);
  } else if (s.flag[0].load(relaxed) != 0) {
    s.data++;
  }
}

void message_unreleased(State& s, u32 id) {
  if (id == 0) {
    s.data = 1;
    s.flag[0].store(1, relaxed);
  } else if (s.flag[0].load(acquire) != 0) {  // what nobody releases
    s.data++;
  }
}

void failed_swap(State& s, u32 id) {
  u64 expected = 0;
  if (id == 0) {
    s.data = 1;
    // To the swap below, when it fails.
    s.flag[0].compare_exchange_strong(expected, 1, release, relaxed);
  } else if (!s.flag[0].compare_exchange_strong(expected, 2, acquire, acquire)) {
    s.data++;
  }
}

void message_twice(State& s, u32 id) {
  if (id == 0) {
    s.data = 1;
    s.flag[0].store(1, release);  // to the second load
    s.flag[1].store(1, release);  // to the first load
  } else if (s.flag[1].load(acquire) != 0) {
    if (s.flag[0].load(acquire) != 0) s.data++;
  }
}

void store_buffering(State& s, u32 id) {
  s.flag[id].store(1, seq_cst);  // before the load in the one order of all
  s.seen[id][0] = s.flag[1 - id].load(seq_cst);
}

void fenced(State& s, u32 id) {
  s.flag[id].store(1, relaxed);
  std::atomic_thread_fence(seq_cst);  // the store before the load
  s.seen[id][0] = s.flag[1 - id].load(relaxed);
}

Shape shape_of(const Env& env) { return static_cast<Shape>(env.params[0]); }

void thread(Env& env, u32 id) {
  State& s = *static_cast<State*>(env.state);
  switch (shape_of(env)) {
    case Shape::message:
      return message(s, id);
    case Shape::message_seq_cst:
      return message_seq_cst(s, id);
    case Shape::store_buffering:
      return store_buffering(s, id);
    case Shape::fenced:
      return fenced(s, id);
    case Shape::message_relaxed:
      return message_relaxed(s, id);
    case Shape::message_unreleased:
      return message_unreleased(s, id);
    case Shape::failed_swap:
      return failed_swap(s, id);
    case Shape::message_twice:
      return message_twice(s, id);
  }
}

void finish(Env& env) {
  const State& s = *static_cast<State*>(env.state);
  const Shape shape = shape_of(env);
  if (shape != Shape::store_buffering && shape != Shape::fenced) return;
  require(s.seen[0][0] + s.seen[1][0] > 0, "litmus.store_buffering",
          "both loads missed both stores");
}

}  // namespace

extern const Scenario known_orders_scenario;
const Scenario known_orders_scenario = {
    .name = "known-orders",
    .description = "small programs of which it is known which memory orders they need",
    .reaches = "",
    .params = params,
    .param_count = 1,
    .thread_count = thread_count,
    .setup = setup,
    .thread = thread,
    .finish = finish};

}  // namespace scenarios
