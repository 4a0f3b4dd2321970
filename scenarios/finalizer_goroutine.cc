// finalizer-goroutine: main drops objects that have a finalizer, collects, and waits until the
// finalizers have run.
#include "runtime_core/gc/mgc.h"
#include "runtime_core/mutator/mutator.h"
#include "runtime_core/sync/note.h"
#include "scenarios/finalizers.h"
#include "scenarios/goroutines.h"
#include "scenarios/heap_world.h"

namespace scenarios {
namespace {

using namespace runtime_core;

constexpr u64 mark = 0x5eed;
constexpr u32 objects_max = 8;

enum class Wait : u8 { parked, in_call };
enum class Sets : u8 { nothing, and_removes, before };

struct State {
  GoWorld world;
  Join join;
  Note all_ran;
  u32 objects, collections;
  Wait wait;
  Sets sets;
  bool lazy, collects;
  Type block, pointer, any;  // the second one is *block
  FuncVal finalizer;
  u64 saved;  // a global: what the finalizer has saved from death
  u64 old;    // a global: a block that lives, behind dead ones
  alignas(64) u64 ran;
};

constexpr Param params[] = {
    {"threads", 2, "Ms, each with a thread, and as many Ps", 1, 4},
    {"objects", 1, "with a finalizer each, two in a span", 1, objects_max},
    {"collections", 1, "by main", 1, 100},
    {"lazy", 0, "1: the sweep is left to others", 0, 1},
    {"in_call", 0, "main waits 0: as a goroutine, 1: in a call, without a processor", 0, 1},
    {"collects", 0, "1: a finalizer collects while it runs", 0, 1},
    {"interface", 0, "1: the finalizer takes an interface", 0, 1},
    {"sets", 0,
     "before it waits, main takes the finalizer of an old object away, which 1: it has just set, "
     "2: it has set long ago, when the object was made, in the span of the last dead one",
     0, 2},
    late_threads,
};
enum : u32 {
  p_threads,
  p_objects,
  p_collections,
  p_lazy,
  p_in_call,
  p_collects,
  p_interface,
  p_sets
};

u32 thread_count(const Env& env) { return static_cast<u32>(env.params[p_threads]); }
// Main, and those who sweep and run finalizers.
u32 goroutine_count(const Env&) { return 3; }

State& state_of(const Mutator& m) { return *reinterpret_cast<State*>(m.number(argument(0))); }
State& state_of(M* mp) { return *static_cast<State*>(mp->rt->hooks.context); }

// func finalize(object *block): its child is alive, and nobody else has the object.
constexpr Slot child = local(0);
void finalize(Mutator& m, Slot object) {
  State& s = state_of(m.m());
  m.load(child, object, 0);
  const bool whole = m.load_number(object, 1) == mark && m.load_number(child, 1) == mark;
  require(whole, "heap.no_use_after_free", "an object was freed before its finalizer has run");
  if (s.collects) m.collect();
  m.load(child, object, 0);
  require(m.load_number(child, 1) == mark, "heap.no_use_after_free", "a finalizer's object died");
  m.store_global(&s.saved, child);
  s.ran++;
  if (s.ran == s.objects && s.wait == Wait::in_call) notewakeup(m.m(), &s.all_ran);
  join_done(m.g(), &s.join);
}
constexpr Function finalize_pointer = {
    "finalize", 1, 1, 0, pointer_words.bytes, pointer_words.bytes, [](Mutator& m) {
      finalize(m, argument(0));
    }};
// func finalize(object interface{}) int
constexpr u8 interface_words[] = {bits_scalar | bits_pointer << 2 | bits_scalar << 4};
constexpr Function finalize_interface = {
    "finalize", 3, 1, 0, interface_words, pointer_words.bytes, [](Mutator& m) {
      finalize(m, argument(1));
    }};

constexpr Slot made = local(0), held = local(1);
void make_block(Mutator& m, Slot slot) {
  m.alloc(slot, &state_of(m).block);
  m.store_number(slot, 1, mark);
}

// func make(s *State): objects that nothing refers to when it returns.
void make_body(Mutator& m) {
  State& s = state_of(m);
  for (u32 i = 0; i < s.objects; i++) {
    if (s.sets == Sets::before && i + 1 == s.objects) {
      make_block(m, made);
      m.set_finalizer(made, &s.pointer, &s.finalizer);
      m.store_global(&s.old, made);
    }
    for (const Slot slot : {made, held}) make_block(m, slot);
    m.store(made, 0, held);
    m.set_finalizer(made, &s.pointer, &s.finalizer);
  }
  if (s.sets != Sets::and_removes) return;
  m.alloc(made, &s.block);
  m.store_global(&s.old, made);
}
constexpr Function make = {"make", 1, 2, 0, scalar_words.bytes, pointer_words.bytes, make_body};

// func allocate(s *State): sweeps on the way, if nobody has before.
void allocate_body(Mutator& m) { m.alloc(made, &state_of(m).block); }
constexpr Function allocate_function = {
    "allocate", 1, 2, 0, scalar_words.bytes, pointer_words.bytes, allocate_body};

// func set(s *State): in a span that may not have been swept yet.
void set_body(Mutator& m) {
  State& s = state_of(m);
  m.load_global(made, &s.old);
  if (s.sets == Sets::and_removes) m.set_finalizer(made, &s.pointer, &s.finalizer);
  m.set_finalizer(made, &s.pointer, nullptr);
}
constexpr Function set = {"set", 1, 1, 0, scalar_words.bytes, pointer_words.bytes, set_body};

void wait_for_finalizers(Mutator& m, State& s) {
  if (s.wait == Wait::in_call) notetsleepg(m.g(), &s.all_ran, -1);
  join_wait(m.g(), &s.join);
}

// func main(s *State)
void main_body(Mutator& m) {
  State& s = state_of(m);
  m.set_number(local(0), m.number(argument(0)));
  m.call(make, {local(0)});
  for (u32 i = 0; i < s.collections; i++) gogc(m.m(), s.lazy ? 1 : 2);
  if (s.lazy && s.sets != Sets::before) m.call(allocate_function, {local(0)});
  if (s.sets != Sets::nothing) m.call(set, {local(0)});
  wait_for_finalizers(m, s);
}
constexpr Function main_function = {"main",   1, 1, 1, scalar_words.bytes, scalar_words.bytes,
                                    main_body};

void make_finalizer(State* s, bool takes_interface) {
  make_pointer_type(&s->pointer, &s->block);
  s->any.size = 2 * ptr_size;
  s->any.kind = kind_interface;
  s->finalizer.parameter = takes_interface ? &s->any : &s->pointer;
  s->finalizer.nret_bytes = takes_interface ? ptr_size : 0;
  s->finalizer.arity = 1;
  s->finalizer.function = takes_interface ? &finalize_interface : &finalize_pointer;
}

void setup(Env& env) {
  auto* s = allocate<State>(env);
  env.state = s;
  s->objects = static_cast<u32>(env.params[p_objects]);
  s->collections = static_cast<u32>(env.params[p_collections]);
  s->lazy = env.params[p_lazy] != 0;
  s->wait = env.params[p_in_call] != 0 ? Wait::in_call : Wait::parked;
  s->collects = env.params[p_collects] != 0;
  s->sets = static_cast<Sets>(env.params[p_sets]);
  s->join.left = s->objects;
  make_linked_type(&s->block);
  make_finalizer(s, env.params[p_interface] != 0);
  const uintptr args[] = {reinterpret_cast<uintptr>(s)};
  boot_go_main(env, &s->world, thread_count(env), main_function, args, 1);
  s->world.rt->hooks.context = s;
  add_root_area(&s->world.ms[0],
                RootArea{reinterpret_cast<uintptr>(&s->saved), sizeof(s->saved) + sizeof(s->old),
                         nullptr, RootKind::data});
}

void thread(Env& env, u32 id) { run_goroutines(&static_cast<State*>(env.state)->world, id); }

void finish(Env& env) {
  const State& s = *static_cast<State*>(env.state);
  require(s.ran == s.objects, "finalizer.runs", "not every finalizer ran");
}

}  // namespace

extern const Scenario finalizer_goroutine_scenario;
const Scenario finalizer_goroutine_scenario = {
    .name = "finalizer-goroutine",
    .description = "a goroutine runs the finalizers of what a collection found dead",
    .reaches = "finalizer_set,finalizer_queued,finalizer_run,gc_mark_end",
    .params = params,
    .param_count = 9,
    .thread_count = thread_count,
    .setup = setup,
    .thread = thread,
    .finish = finish,
    .tuning = &collecting_tuning,
    .late_thread_count = late_thread_count,
    .goroutine_count = goroutine_count};

}  // namespace scenarios
