// channels: goroutines send objects to main, each in its order, and main sends them back; with a
// buffer or without, and with collections while one side waits on a stack that is too large by now.
#include "runtime_core/mutator/mutator.h"
#include "scenarios/goroutines.h"
#include "scenarios/marking.h"

namespace scenarios {
namespace {

using namespace runtime_core;

constexpr u32 workers_max = 4;

struct State {
  GoWorld world;
  Join join;
  u32 workers, rounds, collections, capacity;
  bool echoes, grows;
  const Type* node;           // a pointer and a number
  const Type* pointer;        // what the channels carry
  u64 received[workers_max];  // by main, from each worker
};

constexpr Param params[] = {
    {"threads", 2, "Ms, each with a thread, and as many Ps", 1, 4},
    {"workers", 1, "goroutines besides main", 1, workers_max},
    {"rounds", 2, "values that each sends", 1, 10000},
    {"capacity", 0, "values that the channel to main has room for", 0, 1000},
    {"echoes", 0, "1: main sends each value back, and its worker waits for it", 0, 1},
    {"collections", 0, "by each worker, before each value", 0, 10},
    {"grows", 0, "1: main's stack has been large", 0, 1},
    late_threads,
};

u32 thread_count(const Env& env) { return static_cast<u32>(env.params[0]); }
// With main and the sweeper: what is allocated behind a collection may start another one.
u32 goroutine_count(const Env& env) { return static_cast<u32>(env.params[1]) + 2; }

State& state_of(const Mutator& m) { return *reinterpret_cast<State*>(m.number(argument(0))); }

// Which worker made it, and as which of its values.
constexpr u64 name_of(u64 worker, u64 i) { return worker * 100000 + i; }

constexpr Function large = {"large", 0, 250, 0, nullptr, scalar_words.bytes, [](Mutator&) {}};

// func worker(s *State, index int, to, back chan *node)
constexpr Slot to_main = argument(2), from_main = argument(3), value = local(0), again = local(1);
constexpr u8 worker_args[] = {bits_scalar | bits_scalar << 2 | bits_pointer << 4 |
                              bits_pointer << 6};
void worker_body(Mutator& m) {
  State& s = state_of(m);
  const u64 index = m.number(argument(1));
  for (u32 i = 0; i < s.rounds; i++) {
    for (u32 n = 0; n < s.collections; n++) m.collect();
    m.alloc(value, s.node);
    m.store_number(value, 1, name_of(index, i));
    m.send(to_main, value);
    if (!s.echoes) {
      m.clear(value);
      continue;
    }
    const bool sent = m.receive(from_main, again);
    require(sent && m.are_same(again, value), "chan.exactly_once", "another value came back");
  }
  join_done(m.g(), &s.join);
}
constexpr Function worker = {"worker", 4, 2, 0, worker_args, pointer_words.bytes, worker_body};

// Takes one value, from whichever worker: from each they come in its order.
constexpr Slot to = local(0), got = local(1), back = local(2);
void take_value(Mutator& m, Slot chan) {
  State& s = state_of(m);
  require(m.receive(chan, got), "chan.exactly_once", "an open channel gave no value");
  require(!m.is_nil(got), "chan.exactly_once", "a value did not arrive");
  const u64 name = m.load_number(got, 1);
  const u64 index = name / 100000;
  require(index < s.workers && name == name_of(index, s.received[index]), "chan.exactly_once",
          "a value came twice, or before another, or never");
  s.received[index]++;
}

// func take(s *State, to, back chan *node): what main does with a small frame
constexpr u8 take_args[] = {bits_scalar | bits_pointer << 2 | bits_pointer << 4};
void take_body(Mutator& m) {
  State& s = state_of(m);
  for (u64 i = 0; i < u64{s.workers} * s.rounds; i++) {
    take_value(m, argument(1));
    if (s.echoes) m.send(argument(2), got);
    m.clear(got);
  }
}
constexpr Function take = {"take", 3, 3, 0, take_args, pointer_words.bytes, take_body};

// func main(s *State)
constexpr Slot state = local(3), index = local(4);
void main_body(Mutator& m) {
  State& s = state_of(m);
  m.make_chan(to, s.pointer, s.capacity);
  m.make_chan(back, s.pointer, 0);
  m.set_number(state, m.number(argument(0)));
  for (u32 i = 0; i < s.workers; i++) {
    m.set_number(index, i);
    m.spawn(worker, {state, index, to, back});
  }
  if (s.grows) m.call(large, {});
  m.call(take, {state, to, back});
  join_wait(m.g(), &s.join);
  m.close(to);
  m.move(got, to);
  require(!m.receive(to, got) && m.is_nil(got), "chan.exactly_once",
          "a closed channel has a value");
}
constexpr u8 main_words[] = {
    bits_pointer | bits_pointer << 2 | bits_pointer << 4 | bits_scalar << 6, bits_scalar};
constexpr Function main_function = {"main", 1, 5, 3, scalar_words.bytes, main_words, main_body};

void setup(Env& env) {
  auto* s = allocate<State>(env);
  env.state = s;
  s->workers = static_cast<u32>(env.params[1]);
  s->rounds = static_cast<u32>(env.params[2]);
  s->capacity = static_cast<u32>(env.params[3]);
  s->echoes = env.params[4] != 0;
  s->collections = static_cast<u32>(env.params[5]);
  s->grows = env.params[6] != 0;
  s->join.left = s->workers;
  require(!s->echoes || s->workers == 1, "scenario.input", "channels: echoes take one worker");
  s->node = make_type(env, 2 * ptr_size, mask_pointer_number);
  s->pointer = make_type(env, ptr_size, mask_two_pointers);
  const uintptr args[] = {reinterpret_cast<uintptr>(s)};
  boot_go_main(env, &s->world, thread_count(env), main_function, args, 1);
}

void thread(Env& env, u32 id) { run_goroutines(&static_cast<State*>(env.state)->world, id); }

void finish(Env& env) {
  const State& s = *static_cast<State*>(env.state);
  for (u32 i = 0; i < s.workers; i++) {
    require(s.received[i] == s.rounds, "chan.exactly_once", "a value was not received");
  }
}

}  // namespace

extern const Scenario channels_scenario;
const Scenario channels_scenario = {
    .name = "channels",
    .description = "goroutines send objects to main over a channel, with a buffer or without",
    .reaches = "g_execute,slot_store",
    .params = params,
    .param_count = 8,
    .thread_count = thread_count,
    .setup = setup,
    .thread = thread,
    .finish = finish,
    .tuning = &collecting_tuning,
    .late_thread_count = late_thread_count,
    .goroutine_count = goroutine_count};

}  // namespace scenarios
