// channel-pipeline: each stage takes an object, wraps it in a new one and sends that on, while main
// collects; what is on its way is in a buffer, or on the stack of who waits, and nowhere else.
#include "runtime_core/mutator/mutator.h"
#include "scenarios/go_functions.h"
#include "scenarios/goroutines.h"
#include "scenarios/marking.h"

namespace scenarios {
namespace {

using namespace runtime_core;

constexpr u32 stages_max = 6;

struct State {
  GoWorld world;
  Join join;
  u32 stages, values, collections, capacity;
  const Type* node;     // a pointer and a number
  const Type* pointer;  // what the channels carry
  u64 arrived;          // plain: at the last stage
};

constexpr Param params[] = {
    {"threads", 2, "Ms, each with a thread, and as many Ps", 1, 4},
    {"stages", 2, "goroutines besides main: the first makes values, the last takes them", 2,
     stages_max},
    {"values", 2, "that go through", 1, 100000},
    {"capacity", 1, "values that each channel has room for", 0, 1000},
    {"collections", 1, "by main", 0, 1000},
    // Each start of the world may find that an M that helped is not idle yet.
    {"late", 8, "threads that the scheduler may start for more Ms", 1, 16},
};

u32 thread_count(const Env& env) { return static_cast<u32>(env.params[0]); }
// With main and the sweeper: what is allocated behind a collection may start another one.
u32 goroutine_count(const Env& env) { return static_cast<u32>(env.params[1]) + 2; }

State& state_of(const Mutator& m) { return *reinterpret_cast<State*>(m.number(argument(0))); }

// func stage(s *State, number int, from, to chan *node)
constexpr u8 stage_args[] = {bits_scalar | bits_scalar << 2 | bits_pointer << 4 |
                             bits_pointer << 6};
constexpr Slot from = argument(2), to = argument(3), got = local(0), made = local(1);

// made = &node{got, number}
void wrap(Mutator& m, u64 number) {
  m.alloc(made, state_of(m).node);
  m.store(made, 0, got);
  m.store_number(made, 1, number);
  m.clear(got);
}

// As many nodes as there were stages before, each with the number of the value.
void check_value(Mutator& m) {
  State& s = state_of(m);
  for (u32 depth = 1; depth < s.stages; depth++) {
    require(!m.is_nil(got), "chan.exactly_once", "a value has lost a part");
    require(m.load_number(got, 1) == s.arrived, "chan.exactly_once",
            "a value came twice, or before another, or is another");
    m.load(got, got, 0);
  }
  require(m.is_nil(got), "chan.exactly_once", "a value has a part too many");
  s.arrived++;
}

void stage_body(Mutator& m) {
  State& s = state_of(m);
  const u64 stage = m.number(argument(1));
  for (u32 i = 0; i < s.values; i++) {
    if (stage > 0) require(m.receive(from, got), "chan.exactly_once", "a channel is closed");
    if (stage + 1 == s.stages) {
      check_value(m);
      continue;
    }
    wrap(m, stage == 0 ? i : m.load_number(got, 1));
    m.send(to, made);
    m.clear(made);
    m.call(nothing, {});
  }
  join_done(m.g(), &s.join);
}
constexpr Function stage_function = {"stage", 4, 2, 0, stage_args, pointer_words.bytes, stage_body};

// func main(s *State)
constexpr u8 main_words[] = {bits_pointer | bits_pointer << 2 | bits_scalar << 4 |
                             bits_scalar << 6};
constexpr Slot before = local(0), after = local(1), state = local(2), number = local(3);
void main_body(Mutator& m) {
  State& s = state_of(m);
  m.set_number(state, m.number(argument(0)));
  for (u32 i = 0; i < s.stages; i++) {
    m.make_chan(after, s.pointer, s.capacity);
    m.set_number(number, i);
    m.spawn(stage_function, {state, number, before, after});
    m.move(before, after);
  }
  m.clear(before);
  m.clear(after);
  for (u32 i = 0; i < s.collections; i++) m.collect();
  join_wait(m.g(), &s.join);
}
constexpr Function main_function = {"main", 1, 4, 0, scalar_words.bytes, main_words, main_body};

void setup(Env& env) {
  auto* s = allocate<State>(env);
  env.state = s;
  s->stages = static_cast<u32>(env.params[1]);
  s->values = static_cast<u32>(env.params[2]);
  s->capacity = static_cast<u32>(env.params[3]);
  s->collections = static_cast<u32>(env.params[4]);
  s->join.left = s->stages;
  s->node = make_type(env, 2 * ptr_size, mask_pointer_number);
  s->pointer = make_type(env, ptr_size, mask_two_pointers);
  const uintptr args[] = {reinterpret_cast<uintptr>(s)};
  boot_go_main(env, &s->world, thread_count(env), main_function, args, 1);
}

void thread(Env& env, u32 id) { run_goroutines(&static_cast<State*>(env.state)->world, id); }

void finish(Env& env) {
  const State& s = *static_cast<State*>(env.state);
  require(s.arrived == s.values, "chan.exactly_once", "a value did not arrive");
}

}  // namespace

extern const Scenario channel_pipeline_scenario;
const Scenario channel_pipeline_scenario = {
    .name = "channel-pipeline",
    .description = "objects go from stage to stage while main collects",
    .reaches = "gc_phase,stack_scan,gc_mark_end,slot_store",
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
