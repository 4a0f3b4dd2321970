// select: main merges the channels of two goroutines, sends what it gets to a third, and goes on
// until both channels are closed; a closed one is nil from then on, which is never ready.
#include "runtime_core/mutator/mutator.h"
#include "scenarios/goroutines.h"
#include "scenarios/marking.h"

namespace scenarios {
namespace {

using namespace runtime_core;

constexpr u32 sources = 2;

struct State {
  GoWorld world;
  Join join;
  u32 rounds, collections;
  bool forwards, polls;
  i64 capacity;
  const Type* node;     // a pointer and a number
  const Type* pointer;  // what the channels carry
  u64 received[sources];
  u64 forwarded;  // plain: by who receives what main sends
};

constexpr Param params[] = {
    {"threads", 2, "Ms, each with a thread, and as many Ps", 1, 4},
    {"rounds", 1, "values from each of two goroutines", 1, 10000},
    {"capacity", 0, "values that each of their channels has room for", 0, 1000},
    {"forwards", 0, "1: a select also sends what main got last to a third goroutine", 0, 1},
    {"polls", 0, "1: the select has a default case, and main lets others run", 0, 1},
    {"collections", 0, "by each of the two, before each value", 0, 10},
    late_threads,
};

u32 thread_count(const Env& env) { return static_cast<u32>(env.params[0]); }
// With main and the sweeper: what is allocated behind a collection may start another one.
u32 goroutine_count(const Env&) { return sources + 3; }

State& state_of(const Mutator& m) { return *reinterpret_cast<State*>(m.number(argument(0))); }
constexpr u64 name_of(u64 source, u64 i) { return source * 100000 + i; }

constexpr u8 state_number_channel[] = {bits_scalar | bits_scalar << 2 | bits_pointer << 4};

// func source(s *State, index int, to chan *node) { for ... { to <- &node{nil, name} }; close(to) }
void source_body(Mutator& m) {
  State& s = state_of(m);
  for (u32 i = 0; i < s.rounds; i++) {
    for (u32 n = 0; n < s.collections; n++) m.collect();
    m.alloc(local(0), s.node);
    m.store_number(local(0), 1, name_of(m.number(argument(1)), i));
    m.send(argument(2), local(0));
    m.clear(local(0));
  }
  m.close(argument(2));
  join_done(m.g(), &s.join);
}
constexpr Function source = {"source",   3, 1, 0, state_number_channel, pointer_words.bytes,
                             source_body};

// func drain(s *State, unused int, from chan *node)
void drain_body(Mutator& m) {
  State& s = state_of(m);
  while (m.receive(argument(2), local(0))) {
    require(!m.is_nil(local(0)), "chan.exactly_once", "a value did not arrive");
    s.forwarded++;
  }
  join_done(m.g(), &s.join);
}
constexpr Function drain = {"drain",   3, 1, 0, state_number_channel, pointer_words.bytes,
                            drain_body};

// func merge(s *State, a, b, out chan *node)
constexpr u8 merge_args[] = {bits_scalar | bits_pointer << 2 | bits_pointer << 4 |
                             bits_pointer << 6};
constexpr Slot a = argument(1), b = argument(2), out = argument(3);
constexpr Slot got = local(0), held = local(1), sending = local(2), record = local(3);
constexpr u32 cases_max = 4;
constexpr u8 merge_words[] = {
    bits_pointer | bits_pointer << 2 | bits_pointer << 4 | bits_scalar << 6, 0x55, 0x55};
constexpr u32 merge_locals = 3 + select_record_words(cases_max);
static_assert(merge_locals <= sizeof(merge_words) * pointers_per_byte);

void got_value(Mutator& m, u64 from) {
  State& s = state_of(m);
  require(!m.is_nil(got), "chan.exactly_once", "a value did not arrive");
  require(m.load_number(got, 1) == name_of(from, s.received[from]), "chan.exactly_once",
          "a value came twice, or before another, or from elsewhere");
  s.received[from]++;
  if (!s.forwards) return m.clear(got);
  m.move(held, got);  // one is forwarded before the next is taken
  m.move(sending, out);
}

Selected select_next(Mutator& m) {
  const SelectCase from_a{SelectKind::receive, a, got};
  const SelectCase from_b{SelectKind::receive, b, got};
  // A channel that is nil while there is nothing to send.
  const SelectCase forward{SelectKind::send, sending, held};
  if (!m.is_nil(held)) return m.select(record, {forward});
  if (state_of(m).polls) {
    return m.select(record, {from_a, from_b, forward, {SelectKind::otherwise}});
  }
  return m.select(record, {from_a, from_b, forward});
}

void merge_body(Mutator& m) {
  while (!m.is_nil(a) || !m.is_nil(b) || !m.is_nil(held)) {
    const bool full = !m.is_nil(held);
    const Selected chosen = select_next(m);
    if (full) {
      m.clear(held);
      m.clear(sending);
    } else if (chosen.index == 3) {
      m.yield();
      procyield(1);
    } else if (chosen.received) {
      got_value(m, chosen.index);
    } else {
      m.clear(chosen.index == 0 ? a : b);
    }
  }
}
constexpr Function merge = {"merge", 4, merge_locals, 0, merge_args, merge_words, merge_body};

// func main(s *State)
constexpr u8 main_words[] = {
    bits_pointer | bits_pointer << 2 | bits_pointer << 4 | bits_scalar << 6, bits_scalar};
void main_body(Mutator& m) {
  State& s = state_of(m);
  for (u32 i = 0; i < sources; i++) m.make_chan(local(i), s.pointer, static_cast<u64>(s.capacity));
  m.make_chan(local(2), s.pointer, 0);
  m.set_number(local(3), m.number(argument(0)));
  for (u32 i = 0; i < sources; i++) {
    m.set_number(local(4), i);
    m.spawn(source, {local(3), local(4), local(i)});
  }
  if (s.forwards) m.spawn(drain, {local(3), local(4), local(2)});
  m.call(merge, {local(3), local(0), local(1), local(2)});
  m.close(local(2));
  join_wait(m.g(), &s.join);
}
constexpr Function main_function = {"main", 1, 5, 4, scalar_words.bytes, main_words, main_body};

void setup(Env& env) {
  auto* s = allocate<State>(env);
  env.state = s;
  s->rounds = static_cast<u32>(env.params[1]);
  s->capacity = env.params[2];
  s->forwards = env.params[3] != 0;
  s->polls = env.params[4] != 0;
  s->collections = static_cast<u32>(env.params[5]);
  s->join.left = sources + (s->forwards ? 1 : 0);
  s->node = make_type(env, 2 * ptr_size, mask_pointer_number);
  s->pointer = make_type(env, ptr_size, mask_two_pointers);
  const uintptr args[] = {reinterpret_cast<uintptr>(s)};
  boot_go_main(env, &s->world, thread_count(env), main_function, args, 1);
}

void thread(Env& env, u32 id) { run_goroutines(&static_cast<State*>(env.state)->world, id); }

void finish(Env& env) {
  const State& s = *static_cast<State*>(env.state);
  for (u32 i = 0; i < sources; i++) {
    require(s.received[i] == s.rounds, "chan.exactly_once", "a value was not received");
  }
  require(!s.forwards || s.forwarded == u64{sources} * s.rounds, "chan.exactly_once",
          "a value was not forwarded");
}

}  // namespace

extern const Scenario select_scenario;
const Scenario select_scenario = {.name = "select",
                                  .description = "main merges two channels, until both are closed",
                                  .reaches = "g_execute,slot_store",
                                  .params = params,
                                  .param_count = 7,
                                  .thread_count = thread_count,
                                  .setup = setup,
                                  .thread = thread,
                                  .finish = finish,
                                  .tuning = &collecting_tuning,
                                  .late_thread_count = late_thread_count,
                                  .goroutine_count = goroutine_count};

}  // namespace scenarios
