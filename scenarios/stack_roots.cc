// stack-roots: objects that nothing but frames refers to, locals and arguments, in goroutines that
// collect, wait, are in system calls or have a stack that is too large by now.
#include "runtime_core/mutator/mutator.h"
#include "scenarios/goroutines.h"
#include "scenarios/marking.h"

namespace scenarios {
namespace {

using namespace runtime_core;

constexpr u32 workers_max = 4;
constexpr u64 mark = 0x5eed;

struct State {
  GoWorld world;
  Join join;
  u32 workers, collections, calls;
  bool grows;
  const Type* node;  // a pointer and a number
  alignas(64) u64 ran[workers_max];
};

constexpr Param params[] = {
    {"threads", 2, "Ms, each with a thread, and as many Ps", 1, 4},
    {"workers", 1, "goroutines besides main", 1, workers_max},
    {"collections", 1, "by main", 1, 100},
    {"grows", 1, "1: the workers' stacks have been large", 0, 1},
    {"calls", 1, "system calls of each worker", 0, 100},
    late_threads,
};

u32 thread_count(const Env& env) { return static_cast<u32>(env.params[0]); }
u32 goroutine_count(const Env& env) { return static_cast<u32>(env.params[1]) + 1; }

State& state_of(const Mutator& m) { return *reinterpret_cast<State*>(m.number(argument(0))); }

constexpr u8 state_and_pointer[] = {bits_scalar | bits_pointer << 2};

// A frame that needs a stack of the next size.
constexpr Function large = {"large", 0, 250, 0, nullptr, scalar_words.bytes, [](Mutator&) {}};

// func chain(s *State, n *node): a new m in a local, a new n that refers to it in the argument;
// then it collects, or makes system calls, and looks at both.
constexpr Slot given = argument(1), made = local(0), found = local(1);

void make_chain(Mutator& m) {
  for (const Slot slot : {made, given}) {
    m.alloc(slot, state_of(m).node);
    m.store_number(slot, 1, mark);
  }
  m.store(given, 0, made);
}

void look_at_chain(Mutator& m) {
  m.load(found, given, 0);
  const bool kept = m.are_same(found, made) && m.load_number(made, 1) == mark;
  require(kept && m.load_number(given, 1) == mark, "stack.contents", "an object is another one");
}

void collect_body(Mutator& m) {
  make_chain(m);
  for (u32 i = 0; i < state_of(m).collections; i++) m.collect();
  look_at_chain(m);
}
constexpr Function collect = {"collect",           2,           2, 0, state_and_pointer,
                              pointer_words.bytes, collect_body};

void call_body(Mutator& m) {
  make_chain(m);
  for (u32 i = 0; i < state_of(m).calls; i++) m.system_call();
  m.yield();
  look_at_chain(m);
}
constexpr Function call = {"call", 2, 2, 0, state_and_pointer, pointer_words.bytes, call_body};

// func worker(s *State, index int) { n := &node{nil, mark}; call(s, n) }
constexpr u8 worker_words[] = {bits_scalar | bits_pointer << 2};
void make_first(Mutator& m) {
  m.set_number(local(0), m.number(argument(0)));
  m.alloc(local(1), state_of(m).node);
  m.store_number(local(1), 1, mark);
}
void worker_body(Mutator& m) {
  State& s = state_of(m);
  const u64 index = m.number(argument(1));
  make_first(m);
  if (s.grows) m.call(large, {});
  m.call(call, {local(0), local(1)});
  s.ran[index]++;
  join_done(m.g(), &s.join);
}
constexpr Function worker = {"worker", 2, 2, 2, scalar_words.bytes, worker_words, worker_body};

// func main(s *State)
void main_body(Mutator& m) {
  State& s = state_of(m);
  make_first(m);
  for (u32 i = 0; i < s.workers; i++) {
    m.set_number(local(2), i);
    m.spawn(worker, {local(0), local(2)});
  }
  m.call(collect, {local(0), local(1)});
  join_wait(m.g(), &s.join);
}
constexpr u8 main_words[] = {bits_scalar | bits_pointer << 2 | bits_scalar << 4};
constexpr Function main_function = {"main", 1, 3, 2, scalar_words.bytes, main_words, main_body};

void setup(Env& env) {
  auto* s = allocate<State>(env);
  env.state = s;
  s->workers = static_cast<u32>(env.params[1]);
  s->collections = static_cast<u32>(env.params[2]);
  s->grows = env.params[3] != 0;
  s->calls = static_cast<u32>(env.params[4]);
  s->join.left = s->workers;
  s->node = make_type(env, 2 * ptr_size, mask_pointer_number);
  const u32 threads = thread_count(env);
  const uintptr args[] = {reinterpret_cast<uintptr>(s)};
  boot_go_main(env, &s->world, threads, main_function, args, 1);
}

void thread(Env& env, u32 id) { run_goroutines(&static_cast<State*>(env.state)->world, id); }

void finish(Env& env) {
  const State& s = *static_cast<State*>(env.state);
  for (u32 i = 0; i < s.workers; i++) {
    require(s.ran[i] == 1, "sched.runnable_once", "a worker did not do its work");
  }
}

constexpr Tuning make_tuning() {
  Tuning t = collecting_tuning;
  t.concurrent_mark = 0;
  return t;
}
constexpr Tuning stack_roots_tuning = make_tuning();

}  // namespace

extern const Scenario stack_roots_scenario;
const Scenario stack_roots_scenario = {
    .name = "stack-roots",
    .description = "frames of goroutines are the only roots of a collection in a stopped world",
    .reaches = "stack_scan,gc_mark_end,free_object",
    .params = params,
    .param_count = 6,
    .thread_count = thread_count,
    .setup = setup,
    .thread = thread,
    .finish = finish,
    .tuning = &stack_roots_tuning,
    .late_thread_count = late_thread_count,
    .goroutine_count = goroutine_count};

}  // namespace scenarios
