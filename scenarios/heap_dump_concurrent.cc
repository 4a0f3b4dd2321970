// heap-dump-concurrent: a dumped heap, rebuilt, and collected again and again while goroutines
// move, copy and drop its edges.
//
// Threads: each object's slots are written by one mutator, the one that its number says, and read
//   by all: who of two that store to one slot was the last, events do not say.
#include <algorithm>

#include "runtime_core/heap/special.h"
#include "runtime_core/mutator/mutator.h"
#include "scenarios/go_functions.h"
#include "scenarios/goroutines.h"
#include "scenarios/heap_input.h"
#include "scenarios/marking.h"

namespace scenarios {
namespace {

using namespace runtime_core;

constexpr u32 mutators_max = 8;

struct Place {
  u64 address;
  u32 object;  // its index in the dump
};

struct State {
  GoWorld world;
  Join join;
  const HeapInput* in;
  Place* places;  // by address
  u64* address;   // by object
  u64* roots;
  u32 mutators, collections;
  u64 salt;
  alignas(64) std::atomic<u32> over;
  alignas(64) u64 changes[mutators_max];
};

constexpr Param params[] = {
    {"mutators", 3, "goroutines that change the graph", 1, mutators_max},
    {"collections", 20, "while they do; two more come after", 1, 1000},
    {"salt", 0, "another number, other walks of the mutators"},
    {"late", 8, "threads that the scheduler may start for more Ms", 1, 16},
};

u32 thread_count(const Env& env) { return env.procs; }
u32 goroutine_count(const Env& env) { return static_cast<u32>(env.params[0]) + 1; }

State& state_of(const Mutator& m) { return *reinterpret_cast<State*>(m.number(argument(0))); }

// Xorshift. The walks are the program; what is explored is the order of its steps.
class Random {
 public:
  explicit Random(u64 seed) : state_((seed + 1) * 0x9e3779b97f4a7c15) {}
  u64 below(u64 n) {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return state_ % n;
  }

 private:
  u64 state_;
};

// The object that an address points into, or no_object. Mutators keep what they allocate to
// themselves, so an address that one finds is that of an object of the dump.
u32 object_at(const State& s, u64 address) {
  u64 low = 0;
  for (u64 high = s.in->objects; low < high;) {
    const u64 middle = (low + high) / 2;
    if (s.places[middle].address <= address) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  if (low == 0) return no_object;
  const Place& place = s.places[low - 1];
  return address < place.address + s.in->size[place.object] ? place.object : no_object;
}

u64 field_count(const State& s, u32 object) {
  return s.in->first_field[object + 1] - s.in->first_field[object];
}
u32 random_word(const State& s, u32 object, Random& random) {
  const u64 field = s.in->first_field[object] + random.below(field_count(s, object));
  return static_cast<u32>(s.in->fields[field].offset / ptr_size);
}

constexpr Slot here = local(0), held = local(1), next = local(2), fresh = local(3);

// From a root along random edges to an object: its address is in `here`, unless there is none.
u32 walk(Mutator& m, State& s, Random& random) {
  constexpr u64 steps_max = 16;
  m.load_global(here, &s.roots[random.below(s.in->roots)]);
  u32 object = object_at(s, m.number(here));
  if (object == no_object) return object;
  m.offset(here, here, static_cast<i64>(s.address[object] - m.number(here)));
  for (u64 left = random.below(steps_max); left > 0 && field_count(s, object) > 0; left--) {
    m.load(next, here, random_word(s, object, random));
    const u32 target = object_at(s, m.number(next));
    if (target == no_object) break;
    object = target;
    m.offset(here, next, static_cast<i64>(s.address[object] - m.number(next)));
  }
  return object;
}

// One change of an own object, by chance; of others' an edge is taken up alone.
void change(Mutator& m, State& s, u32 object, bool own, Random& random) {
  constexpr u64 rotations = 24, copies = 25, drops = 26, clones = 28, all = 32;
  const u32 word = random_word(s, object, random);
  const u64 chance = own ? random.below(all) : all;
  if (chance < rotations) {  // the edges of the graph, permuted
    m.load(next, here, word);
    m.store(here, word, held);
    m.move(held, next);
  } else if (chance < copies) {
    m.store(here, word, held);
  } else if (chance < drops) {
    m.store_nil(here, word);
  } else if (chance < clones) {
    m.alloc(fresh, s.in->type[object]);
    m.copy(fresh, here, s.in->type[object], 1);
    m.clear(fresh);
  } else {
    m.load(held, here, word);
  }
}

// func mutate(s *State, index int)
constexpr Function mutate = {
    "mutate", 2, 4, 0, scalar_words.bytes, pointer_words.bytes, [](Mutator& m) {
      constexpr u64 calls_between = 16;
      State& s = state_of(m);
      const u64 index = m.number(argument(1));
      Random random(s.salt * mutators_max + index);
      while (s.over.load(relaxed) == 0) {
        m.call(nothing, {});
        if (random.below(calls_between) == 0) m.system_call();
        const u32 object = walk(m, s, random);
        if (object == no_object || field_count(s, object) == 0) continue;
        change(m, s, object, object % s.mutators == index, random);
        s.changes[index]++;
      }
      join_done(m.g(), &s.join);
    }};

// func main(s *State)
constexpr Function main_function = {
    "main", 1, 2, 2, scalar_words.bytes, scalar_words.bytes, [](Mutator& m) {
      constexpr Slot state = local(0), index = local(1);
      State& s = state_of(m);
      m.set_number(state, m.number(argument(0)));
      for (u32 i = 0; i < s.mutators; i++) {
        m.set_number(index, i);
        m.spawn(mutate, {state, index});
      }
      for (u32 i = 0; i < s.collections; i++) m.collect();
      s.over.store(1, relaxed);
      join_wait(m.g(), &s.join);
      // What died last is swept by the second of these.
      for (u32 i = 0; i < 3; i++) m.collect();
    }};

u64 address_of(const State& s, const HeapInputWord& word) {
  return word.target == no_object ? 0 : s.address[word.target] + word.interior;
}

void build(Env& env, State& s, M* mp) {
  const HeapInput& in = *s.in;
  s.address = allocate<u64>(env, static_cast<u32>(in.objects));
  s.places = allocate<Place>(env, static_cast<u32>(in.objects));
  for (u32 i = 0; i < in.objects; i++) {
    const u32 flags = in.type[i] == nullptr ? flag_no_scan : 0;
    s.address[i] = reinterpret_cast<u64>(mallocgc(mp, in.size[i], in.type[i], flags));
    s.places[i] = {s.address[i], i};
  }
  std::sort(s.places, s.places + in.objects,
            [](const Place& a, const Place& b) { return a.address < b.address; });
  for (u32 i = 0; i < in.objects; i++) {
    for (u64 f = in.first_field[i]; f < in.first_field[i + 1]; f++) {
      store_slot(s.address[i] + in.fields[f].offset, address_of(s, in.fields[f].word));
    }
  }
  for (u64 r = 0; r < in.roots; r++) {
    store_slot(reinterpret_cast<u64>(&s.roots[r]), address_of(s, in.root[r]));
  }
}

void set_finalizers(const State& s, M* mp) {
  for (u64 f = 0; f < s.in->finalizers; f++) {
    const HeapInputFinalizer& finalizer = s.in->finalizer[f];
    if (finalizer.object.target == no_object) continue;
    auto* function = reinterpret_cast<FuncVal*>(address_of(s, finalizer.function));
    auto* object = reinterpret_cast<void*>(address_of(s, finalizer.object));
    if (finalizer.queued) {
      queuefinalizer(mp, object, function, 0, nullptr, nullptr);
    } else {
      addfinalizer(mp, object, function, 0, nullptr, nullptr);
    }
  }
}

void setup(Env& env) {
  require(env.input != nullptr, "scenario.input", "heap-dump --concurrent needs --input FILE");
  auto* s = allocate<State>(env);
  env.state = s;
  s->in = static_cast<const HeapInput*>(env.input);
  s->mutators = static_cast<u32>(env.params[0]);
  s->collections = static_cast<u32>(env.params[1]);
  s->salt = static_cast<u64>(env.params[2]);
  s->join.left = s->mutators;
  s->roots = allocate<u64>(env, static_cast<u32>(s->in->roots + 1));
  const uintptr args[] = {reinterpret_cast<uintptr>(s)};
  boot_go_main(env, &s->world, env.procs, main_function, args, 1);
  M* m0 = &s->world.ms[0];
  build(env, *s, m0);
  set_finalizers(*s, m0);
  const auto roots = reinterpret_cast<uintptr>(s->roots);
  add_root_area(m0, RootArea{roots, s->in->roots * ptr_size, nullptr, RootKind::data});
}

void thread(Env& env, u32 id) { run_goroutines(&static_cast<State*>(env.state)->world, id); }

void finish(Env& env) {
  const State& s = *static_cast<State*>(env.state);
  i64 changes = 0;
  for (u32 i = 0; i < s.mutators; i++) changes += static_cast<i64>(s.changes[i]);
  u64 swept = 0;
  cachestats(&s.world.ms[0]);
  for (const u64 freed : s.world.rt->heap.nsmallfree) swept += freed;
  swept += s.world.rt->heap.nlargefree;
  env.result_count = 4;
  env.results[0] = {"objects_loaded", static_cast<i64>(s.in->objects)};
  env.results[1] = {"collections", s.world.rt->work.cycles.load(relaxed)};
  env.results[2] = {"changes", changes};
  env.results[3] = {"objects_swept", static_cast<i64>(swept)};
}

}  // namespace

extern const Scenario heap_dump_concurrent_scenario;
const Scenario heap_dump_concurrent_scenario = {
    .name = "heap-dump-concurrent",
    .description = "a real program's heap, collected while goroutines change it",
    .reaches = "gc_phase,grey_object,span_sweep_end,slot_store",
    .params = params,
    .param_count = 4,
    .thread_count = thread_count,
    .setup = setup,
    .thread = thread,
    .finish = finish,
    .late_thread_count = late_thread_count,
    .goroutine_count = goroutine_count};

}  // namespace scenarios
