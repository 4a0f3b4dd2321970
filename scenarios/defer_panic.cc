// defer-panic: goroutines defer calls with pointers to their frames and to new objects, outgrow
// their stacks, panic by themselves or by a fault, recover, panic again in a deferred call, and end
// by Goexit, while main collects. What is deferred runs once, in its order.
#include "runtime_core/mutator/mutator.h"
#include "scenarios/goroutines.h"
#include "scenarios/marking.h"

namespace scenarios {
namespace {

using namespace runtime_core;

constexpr u32 workers_max = 4;
constexpr i64 returns = 0, panics = 1, panics_again = 2, goexits = 3, everything = 4,
              not_recovered = 5, main_exits = 6, faults = 7, faults_unnoticed = 8;

struct State {
  GoWorld world;
  Join join;
  u32 workers, rounds, collections;
  i64 program;
  const Type* node;  // a pointer and a number
  std::atomic<u32> main_left;
  alignas(64) u64 ran[workers_max];
};

constexpr Param params[] = {
    {"threads", 2, "Ms, each with a thread, and as many Ps", 1, 4},
    {"workers", 1, "goroutines besides main", 1, workers_max},
    {"rounds", 1, "of each worker's program", 1, 1000},
    {"collections", 1, "by main", 0, 1000},
    {"program", 4,
     "0: workers return, 1: panic and recover, 2: panic while they panic, 3: Goexit, "
     "4: all of it, 5: panic, and nobody recovers, 6: main exits by Goexit before they return, "
     "7: load from nil, divide by zero and recover, 8: store to nil, and nobody recovers",
     0, 8},
    {"late", 8, "threads that the scheduler may start for more Ms", 1, 16},
};

u32 thread_count(const Env& env) { return static_cast<u32>(env.params[0]); }
// A goroutine that ends by Goexit has been started for it. The sweeper counts: what is allocated
// behind a collection may start another one.
u32 goroutine_count(const Env& env) { return 2 * static_cast<u32>(env.params[1]) + 2; }

State& state_of(const Mutator& m) { return *reinterpret_cast<State*>(m.number(argument(0))); }

// A frame that needs a stack of the next size.
constexpr Function large = {"large", 0, 250, 0, nullptr, scalar_words.bytes, [](Mutator&) {}};

// func note(s *State, log *int, n int, x *node): *log = *log*10 + n; x is still what it was
constexpr u8 note_args[] = {bits_scalar | bits_pointer << 2 | bits_scalar << 4 | bits_pointer << 6};
constexpr Slot log = argument(1), name = argument(2), object = argument(3);
void add_to_log(Mutator& m) {
  m.store_number(log, 0, m.load_number(log, 0) * 10 + m.number(name));
  require(m.load_number(object, 1) == m.number(name), "stack.contents",
          "an argument of a deferred call is another object");
}
constexpr Function note = {"note", 4, 0, 0, note_args, nullptr, add_to_log};

// The same, and recovers.
void recover_body(Mutator& m) {
  add_to_log(m);
  require(m.recover(local(0)), "defer.order", "a deferred call did not see the panic");
  require(m.load_number(local(0), 1) == 7, "defer.order", "a panic has another value");
}
constexpr Function recovers = {"recovers", 4, 1, 0, note_args, pointer_words.bytes, recover_body};

// The same, and panics, whatever it was called by.
void make_node(Mutator& m, Slot to, u64 number) {
  m.alloc(to, state_of(m).node);
  m.store_number(to, 1, number);
}
void panic_body(Mutator& m) {
  add_to_log(m);
  m.call(large, {});
  make_node(m, local(0), 7);
  m.panic(state_of(m).node, local(0));
}
constexpr Function panics_then = {"panics", 4, 1, 0, note_args, pointer_words.bytes, panic_body};

// The frame of each of the following: n in turn, a number for calls, an object, the state.
constexpr Slot number = local(0), made = local(1), state = local(2);
constexpr u8 frame_words[] = {bits_scalar | bits_pointer << 2 | bits_scalar << 4};
constexpr u8 state_and_log[] = {bits_scalar | bits_pointer << 2};

void defer_one(Mutator& m, const Function& f, u64 n) {
  m.set_number(state, m.number(argument(0)));
  m.set_number(number, n);
  make_node(m, made, n);
  m.defer(f, {state, log, number, made});
  m.clear(made);
}

// func returning(s *State, log *int): 3, 2, 1
void returning_body(Mutator& m) {
  for (u64 n = 1; n <= 3; n++) defer_one(m, note, n);
  m.call(large, {});
}
constexpr Function returning = {"returning",    2,   3, 4, state_and_log, frame_words,
                                returning_body, true};

// func failing(s *State, log *int): what it has deferred runs in its panic
void failing_body(Mutator& m) {
  defer_one(m, note, 4);
  m.call(large, {});
  make_node(m, made, 7);
  m.panic(state_of(m).node, made);
}
constexpr Function failing = {"failing", 2, 3, 4, state_and_log, frame_words, failing_body, true};

// func failing_twice(s *State, log *int): the second panic takes the place of the first
void failing_twice_body(Mutator& m) {
  defer_one(m, note, 5);
  defer_one(m, panics_then, 6);
  make_node(m, made, 9);
  m.panic(state_of(m).node, made);
}
constexpr Function failing_twice = {"failing_twice",    2,   3, 4, state_and_log, frame_words,
                                    failing_twice_body, true};

// func recovering(s *State, log *int, twice int): returns after its callee's panic
void call_failing(Mutator& m, const Function& f) {
  m.set_number(state, m.number(argument(0)));
  m.call(f, {state, log});
  require(false, "defer.order", "a function returned that has panicked");
}
void recovering_body(Mutator& m) {
  defer_one(m, note, 1);
  defer_one(m, recovers, 2);
  call_failing(m, failing);
}
constexpr Function recovering = {"recovering",    2,   3, 4, state_and_log, frame_words,
                                 recovering_body, true};
void recovering_twice_body(Mutator& m) {
  defer_one(m, note, 1);
  defer_one(m, recovers, 2);
  call_failing(m, failing_twice);
}
constexpr Function recovering_twice = {"recovering_twice",    2,   3, 4, state_and_log, frame_words,
                                       recovering_twice_body, true};

// Recovers from a runtime error, which has no value. The frame of the fault moves before.
constexpr Function recovers_error = {
    "recovers_error", 4, 1, 0, note_args, pointer_words.bytes, [](Mutator& m) {
      add_to_log(m);
      m.call(large, {});
      if (state_of(m).collections > 0) m.collect();
      require(m.recover(local(0)) && m.is_nil(local(0)), "defer.order",
              "a deferred call did not see the runtime error");
    }};

// func loading(s *State, log *int) (result *int): what it has set before the fault is its result
constexpr Slot result = argument(2);
constexpr u8 state_log_result[] = {bits_scalar | bits_pointer << 2 | bits_pointer << 4};
void loading_body(Mutator& m) {
  m.move(result, log);
  defer_one(m, recovers_error, 8);
  m.load(made, made, 0);
}
constexpr Function loading = {"loading",    3,   3, 4, state_log_result, frame_words,
                              loading_body, true};

// func dividing(s *State, log *int): by zero, with an object that is dead from then on
constexpr Function dividing = {"dividing", 2, 3, 0, state_and_log, frame_words, [](Mutator& m) {
                                 make_node(m, made, 7);
                                 m.divide(number, number, state);
                               }};

// func faulting(s *State, log *int)
void faulting_body(Mutator& m) {
  defer_one(m, note, 1);
  defer_one(m, recovers_error, 2);
  m.call(loading, {state, log}, {made});
  require(m.are_same(made, log), "stack.contents", "a result is another one after a fault");
  m.clear(made);
  call_failing(m, dividing);
}
constexpr Function faulting = {"faulting",    2,   3, 4, state_and_log, frame_words,
                               faulting_body, true};

// func storing(s *State, log *int)
void storing_body(Mutator& m) {
  defer_one(m, note, 4);
  m.store_nil(made, 0);
}
constexpr Function storing = {"storing", 2, 3, 4, state_and_log, frame_words, storing_body, true};

// func ending(s *State, index int): a goroutine of its own
constexpr Slot own_log = local(3), log_pointer = local(4), index = local(5);
constexpr u8 worker_words[] = {
    bits_scalar | bits_pointer << 2 | bits_scalar << 4 | bits_scalar << 6,
    bits_pointer | bits_scalar << 2};
void end_worker(Mutator& m) {
  State& s = state_of(m);
  s.ran[m.number(argument(1))]++;
  join_done(m.g(), &s.join);
}
constexpr Function ended = {"ended", 2, 0, 0, scalar_words.bytes, nullptr, end_worker};
void ending_body(Mutator& m) {
  m.set_number(state, m.number(argument(0)));
  m.set_number(index, m.number(argument(1)));
  m.defer(ended, {state, index});
  m.goexit();
}
constexpr Function ending = {"ending",     2,           6,   2, scalar_words.bytes,
                             worker_words, ending_body, true};

void run_and_compare(Mutator& m, const Function& f, u64 expected) {
  m.set_number(own_log, 0);
  m.address_of(log_pointer, own_log);
  m.call(f, {state, log_pointer});
  m.clear(log_pointer);
  require(m.number(own_log) == expected, "defer.order",
          "deferred calls ran in another order, twice, or not at all");
}

// func worker(s *State, index int)
void worker_body(Mutator& m) {
  State& s = state_of(m);
  m.set_number(state, m.number(argument(0)));
  while (s.program == main_exits && s.main_left.load(seq_cst) == 0) {
    m.yield();
    procyield(1);
  }
  const auto runs = [&](i64 program) { return s.program == program || s.program == everything; };
  for (u32 i = 0; i < s.rounds; i++) {
    if (runs(returns) || s.program == main_exits) run_and_compare(m, returning, 321);
    if (runs(panics)) run_and_compare(m, recovering, 421);
    if (runs(panics_again)) run_and_compare(m, recovering_twice, 6521);
    if (s.program == not_recovered) run_and_compare(m, failing, 4);
    if (s.program == faults) run_and_compare(m, faulting, 821);
    if (s.program == faults_unnoticed) run_and_compare(m, storing, 4);
  }
  if (!runs(goexits)) return end_worker(m);
  m.set_number(index, m.number(argument(1)));
  m.spawn(ending, {state, index});
}
constexpr Function worker = {"worker", 2, 6, 2, scalar_words.bytes, worker_words, worker_body};

// func main(s *State)
void main_body(Mutator& m) {
  State& s = state_of(m);
  m.set_number(local(0), m.number(argument(0)));
  for (u32 i = 0; i < s.workers; i++) {
    m.set_number(local(1), i);
    m.spawn(worker, {local(0), local(1)});
  }
  for (u32 i = 0; i < s.collections; i++) m.collect();
  join_wait(m.g(), &s.join);
}
constexpr Function main_function = {"main",   1, 2, 0, scalar_words.bytes, scalar_words.bytes,
                                    main_body};

// The same, but leaves while the workers run. What it has deferred lets them go on.
constexpr Function left = {"left", 1, 0, 0, scalar_words.bytes, nullptr, [](Mutator& m) {
                             state_of(m).main_left.store(1, seq_cst);
                           }};
void leaving_body(Mutator& m) {
  State& s = state_of(m);
  m.set_number(local(0), m.number(argument(0)));
  m.defer(left, {local(0)});
  for (u32 i = 0; i < s.workers; i++) {
    m.set_number(local(1), i);
    m.spawn(worker, {local(0), local(1)});
  }
  m.goexit();
}
constexpr Function leaving_main = {"main",       1,   2, 1, scalar_words.bytes, scalar_words.bytes,
                                   leaving_body, true};

void setup(Env& env) {
  auto* s = allocate<State>(env);
  env.state = s;
  s->workers = static_cast<u32>(env.params[1]);
  s->rounds = static_cast<u32>(env.params[2]);
  s->collections = static_cast<u32>(env.params[3]);
  s->program = env.params[4];
  s->join.left = s->workers;
  s->node = make_type(env, 2 * ptr_size, mask_pointer_number);
  const uintptr args[] = {reinterpret_cast<uintptr>(s)};
  const Function& main = s->program == main_exits ? leaving_main : main_function;
  boot_go_main(env, &s->world, thread_count(env), main, args, 1);
}

void thread(Env& env, u32 id) { run_goroutines(&static_cast<State*>(env.state)->world, id); }

void finish(Env& env) {
  const State& s = *static_cast<State*>(env.state);
  for (u32 i = 0; i < s.workers; i++) {
    require(s.ran[i] == 1, "sched.runnable_once", "a worker did not do its work");
  }
}

}  // namespace

extern const Scenario defer_panic_scenario;
const Scenario defer_panic_scenario = {
    .name = "defer-panic",
    .description = "goroutines defer calls, panic, recover and exit while main collects",
    .reaches = "stack_live,slot_store",
    .params = params,
    .param_count = 6,
    .thread_count = thread_count,
    .setup = setup,
    .thread = thread,
    .finish = finish,
    .tuning = &collecting_tuning,
    .late_thread_count = late_thread_count,
    .goroutine_count = goroutine_count};

}  // namespace scenarios
