// concurrent-gc: main collects while goroutines change the heap that is being marked: they publish
// new objects, move old ones from one field to another, and copy whole arrays.
#include "runtime_core/mutator/mutator.h"
#include "scenarios/go_functions.h"
#include "scenarios/goroutines.h"
#include "scenarios/hub.h"
#include "scenarios/marking.h"

namespace scenarios {
namespace {

using namespace runtime_core;

constexpr u32 workers_max = 4;
constexpr i64 publishes = 0, moves = 1, copies = 2, everything = 3, swaps = 4, appends = 5,
              finalizes = 6, boxes = 7, grows = 8, takes = 9, collects = 10;

// Of some programs only. It is allocated last: recorded executions know where the rest lies.
struct Extra {
  const Type* interface;   // the type of what is in it, and a pointer to that
  const Type* number;      // one word that is no pointer
  u64 dead[workers_max];   // numbers: addresses of what is dead when marking begins
  Join over[workers_max];  // the last collection
};

struct State {
  GoWorld world;
  Join join;
  u32 workers, rounds, collections, chain;
  i64 program;
  const Type* node;          // two pointers
  const Type* pointer;       // one
  const Type* slice;         // pointer, length, capacity, and a word for an even number
  u64 globals[workers_max];  // the hubs, one of each worker
  u64 lists[workers_max];    // likewise, of those who append; interfaces of those who box
  Extra* extra;
  alignas(64) u64 ran[workers_max];
};

constexpr Param params[] = {
    {"threads", 2, "Ms, each with a thread, and as many Ps", 1, 4},
    {"workers", 1, "goroutines besides main", 1, workers_max},
    {"rounds", 1, "of each worker's program", 1, 1000},
    {"collections", 1, "by main", 1, 1000},
    {"program", 0,
     "0: workers publish new objects, 1: move old ones, 2: copy, 3: all of it, 4: publish by "
     "atomic operations, 5: append, 6: set finalizers, 7: put pointers and numbers into an "
     "interface, 8: append to what they have taken away, 9: take old objects away, and keep them "
     "in "
     "their frames until the last collection is over, 10: collect, too",
     0, 10},
    {"chain", 8, "old objects behind the one that is moved", 1, 1000},
    // Each start of the world may find that an M that helped is not idle yet.
    {"late", 8, "threads that the scheduler may start for more Ms", 1, 16},
};

u32 thread_count(const Env& env) { return static_cast<u32>(env.params[0]); }
u32 goroutine_count(const Env& env) { return static_cast<u32>(env.params[1]) + 1; }

State& state_of(const Mutator& m) { return *reinterpret_cast<State*>(m.number(argument(0))); }

constexpr u8 mask_slice[] = {bits_pointer << 2 | bits_scalar << 6,
                             bits_scalar << 2 | bits_scalar << 6};

constexpr u8 mask_interface[] = {bits_interface << 2 | bits_pointer << 6};

constexpr Slot also = local(4);
void load_hub(Mutator& m) { scenarios::load_hub(m, &state_of(m).globals[m.number(argument(1))]); }

// func publish(s *State, index int) { hub.left.left = new(node) }
void publish_body(Mutator& m) {
  load_hub(m);
  m.alloc(held, state_of(m).node);
  m.alloc(also, state_of(m).node);
  m.store(held, 0, also);
  m.clear(also);
  m.store(left, 0, held);
  m.clear(held);
  m.call(nothing, {});
  m.load(held, left, 0);
  m.load(also, held, 0);
  require(m.load_number(also, 0) == 0, "heap.no_use_after_free", "a new object was used again");
}
constexpr Function publish = {"publish",           2,           5, 0, scalar_words.bytes,
                              pointer_words.bytes, publish_body};

// func move(s *State, index int) { x := hub.left.right; hub.left.right = nil; hub.right.left = x;
// back again }
void move_body(Mutator& m) {
  load_hub(m);
  move_and_back(m);
}
constexpr Function move = {"move", 2, 5, 0, scalar_words.bytes, pointer_words.bytes, move_body};

// func copy(s *State, index int) { a := new(node); a.left, a.right = new(node), new(node);
// *hub.right = *a }
void copy_body(Mutator& m) {
  load_hub(m);
  m.alloc(held, state_of(m).node);
  for (u32 i = 0; i < 2; i++) {
    m.alloc(also, state_of(m).node);
    m.store(held, i, also);
  }
  m.clear(also);
  m.call(nothing, {});
  m.copy(right, held, state_of(m).node, 1);
  m.clear(held);
  m.call(nothing, {});
}
constexpr Function copy = {"copy", 2, 5, 0, scalar_words.bytes, pointer_words.bytes, copy_body};

// func swap(s *State, index int) { CompareAndSwap(&hub.left.left, hub.left.left, new(node));
// Store(&hub.right.left, new(node)) }
void swap_body(Mutator& m) {
  load_hub(m);
  m.alloc(held, state_of(m).node);
  m.load(also, left, 0);
  require(m.compare_and_swap(left, 0, also, held), "mutex.exclusion", "another worker stored");
  m.alloc(held, state_of(m).node);
  m.store_atomic(right, 0, held);
  m.clear(also);
  m.clear(held);
  m.call(nothing, {});
}
constexpr Function swap = {"swap", 2, 5, 0, scalar_words.bytes, pointer_words.bytes, swap_body};

// func append(s *State, index int) { hub.list = append(hub.list, new(node)) }
void append_body(Mutator& m) {
  m.load_global(hub, &state_of(m).lists[m.number(argument(1))]);
  m.alloc(held, state_of(m).node);
  m.append(hub, 0, state_of(m).pointer, held, also);
  m.clear(held);
  m.call(nothing, {});
}
constexpr Function append = {"append",   2, 5, 0, scalar_words.bytes, pointer_words.bytes,
                             append_body};

// func finalize(s *State, index int) { f := new(node); SetFinalizer(hub, f) }, and removes it again
// in the next round. The closure is known to the record alone.
void finalize_body(Mutator& m) {
  load_hub(m);
  m.alloc(held, state_of(m).node);
  m.call(nothing, {});
  auto* object = reinterpret_cast<void*>(m.number(hub));
  const bool added =
      addfinalizer(m.m(), object, reinterpret_cast<FuncVal*>(m.number(held)), 0, nullptr, nullptr);
  if (!added) removefinalizer(m.m(), object);
  m.clear(held);
  m.call(nothing, {});
}
constexpr Function finalize = {"finalize",   2, 5, 0, scalar_words.bytes, pointer_words.bytes,
                               finalize_body};

// func box(s *State, index int) { var cell *interface{} ...; *cell = new(node); *cell = number }
void box_body(Mutator& m) {
  State& s = state_of(m);
  const u64 index = m.number(argument(1));
  m.load_global(hub, &s.lists[index]);
  m.set_number(left, reinterpret_cast<u64>(s.node));
  m.alloc(right, s.node);
  m.store_interface(hub, 0, left);
  m.call(nothing, {});
  m.set_number(left, reinterpret_cast<u64>(s.extra->number));
  m.clear(right);
  if (rules().iface_data_is_pointer) {
    m.alloc(right, s.extra->number);
    m.store_number(right, 0, s.extra->dead[index]);
    m.store_interface(hub, 0, left);
  } else {
    // The compiler of that time puts the number itself there.
    m.store_nil(hub, 1);
    m.store_number(hub, 0, m.number(left));
    m.store_number(hub, 1, s.extra->dead[index]);
  }
  m.call(nothing, {});
}
constexpr Function box = {"box", 2, 5, 0, scalar_words.bytes, pointer_words.bytes, box_body};

// func grow(s *State, index int) { x := hub.left.left; hub.left.left = nil; *x = append(*x, nil);
// hub.left.left = x }
void grow_body(Mutator& m) {
  load_hub(m);
  m.load(held, left, 0);
  m.store_nil(left, 0);
  for (u32 i = 0; i < 3; i++) m.call(nothing, {});
  m.append(held, 0, state_of(m).pointer, right, also);
  m.call(nothing, {});
  m.store(left, 0, held);
  m.clear(held);
  m.call(nothing, {});
}
constexpr Function grow = {"grow", 2, 5, 0, scalar_words.bytes, pointer_words.bytes, grow_body};

// func take(s *State, index int) { x := hub.left.right; hub.left.right = nil; wait; look at x }
void take_body(Mutator& m) {
  load_hub(m);
  m.load(held, left, 1);
  m.store_nil(left, 1);
  join_wait(m.g(), &state_of(m).extra->over[m.number(argument(1))]);
  m.load(also, held, 0);
}
constexpr Function take = {"take", 2, 5, 0, scalar_words.bytes, pointer_words.bytes, take_body};

// func worker(s *State, index int)
void worker_body(Mutator& m) {
  State& s = state_of(m);
  m.set_number(local(0), m.number(argument(0)));
  m.set_number(local(1), m.number(argument(1)));
  for (u32 i = 0; i < s.rounds; i++) {
    if (s.program == publishes || s.program == everything) m.call(publish, {local(0), local(1)});
    if (s.program == moves || s.program == everything) m.call(move, {local(0), local(1)});
    if (s.program == copies || s.program == everything) m.call(copy, {local(0), local(1)});
    if (s.program == swaps) m.call(swap, {local(0), local(1)});
    if (s.program == appends) m.call(append, {local(0), local(1)});
    if (s.program == finalizes) m.call(finalize, {local(0), local(1)});
    if (s.program == boxes) m.call(box, {local(0), local(1)});
    if (s.program == grows) m.call(grow, {local(0), local(1)});
    if (s.program == collects) m.collect();
    if (s.program == takes) m.call(take, {local(0), local(1)});
  }
  s.ran[m.number(argument(1))]++;
  join_done(m.g(), &s.join);
}
constexpr Function worker = {"worker",           2,          2, 2, scalar_words.bytes,
                             scalar_words.bytes, worker_body};

// hub -> (left, right), left -> (nil, x), x -> (next, nil) ..., which is marked last.
void make_hub(Mutator& m, u32 number) {
  State& s = state_of(m);
  for (const Slot slot : {hub, left, right, held}) m.alloc(slot, s.node);
  for (u32 i = 1; i < s.chain; i++) {
    m.alloc(also, s.node);
    m.store(also, 0, held);
    m.move(held, also);
  }
  m.store(hub, 0, left);
  m.store(hub, 1, right);
  m.store(left, 1, held);
  m.store_global(&s.globals[number], hub);
  if (s.program == appends) {
    m.alloc(also, s.slice);
    m.store_global(&s.lists[number], also);
  }
  if (s.program == boxes) {
    m.alloc(also, s.extra->interface);
    m.store_global(&s.lists[number], also);
    m.alloc(also, s.node);
    s.extra->dead[number] = m.number(also);
  }
  if (s.program == grows) {
    m.alloc(held, s.slice);
    m.store(left, 0, held);
    m.alloc(right, s.node);
    m.clear(also);
    m.append(held, 0, s.pointer, right, also);
  }
  for (const Slot slot : {hub, left, right, held, also}) m.clear(slot);
}

// func main(s *State)
constexpr Slot s_again = local(5), index = local(6);
void main_body(Mutator& m) {
  State& s = state_of(m);
  for (u32 i = 0; i < s.workers; i++) make_hub(m, i);
  m.set_number(s_again, m.number(argument(0)));
  for (u32 i = 0; i < s.workers; i++) {
    m.set_number(index, i);
    m.spawn(worker, {s_again, index});
  }
  for (u32 i = 0; i < s.collections; i++) m.collect();
  for (u32 i = 0; i < s.workers; i++) join_done(m.g(), &s.extra->over[i]);
  join_wait(m.g(), &s.join);
}
constexpr u8 main_words[] = {0xaa, bits_pointer | bits_scalar << 2 | bits_scalar << 4};
constexpr Function main_function = {"main", 1, 7, 0, scalar_words.bytes, main_words, main_body};

void setup(Env& env) {
  auto* s = allocate<State>(env);
  env.state = s;
  s->workers = static_cast<u32>(env.params[1]);
  s->rounds = static_cast<u32>(env.params[2]);
  s->collections = static_cast<u32>(env.params[3]);
  s->program = env.params[4];
  s->chain = static_cast<u32>(env.params[5]);
  s->join.left = s->workers;
  s->node = make_type(env, 2 * ptr_size, mask_two_pointers);
  s->pointer = make_type(env, ptr_size, mask_two_pointers);
  s->slice = make_type(env, 4 * ptr_size, mask_slice);
  const u32 threads = thread_count(env);
  const uintptr args[] = {reinterpret_cast<uintptr>(s)};
  boot_go_main(env, &s->world, threads, main_function, args, 1);
  const auto globals = reinterpret_cast<uintptr>(s->globals);
  add_root_area(&s->world.ms[0], RootArea{globals, sizeof(s->globals), nullptr, RootKind::data});
  const auto lists = reinterpret_cast<uintptr>(s->lists);
  if (s->program == appends || s->program == boxes) {
    add_root_area(&s->world.ms[0], RootArea{lists, sizeof(s->lists), nullptr, RootKind::data});
  }
  s->extra = allocate<Extra>(env);
  s->extra->interface = make_type(env, 2 * ptr_size, mask_interface);
  s->extra->number = make_type(env, ptr_size, nullptr);
  for (Join& over : s->extra->over) over.left = 1;
}

void thread(Env& env, u32 id) { run_goroutines(&static_cast<State*>(env.state)->world, id); }

void finish(Env& env) {
  const State& s = *static_cast<State*>(env.state);
  for (u32 i = 0; i < s.workers; i++) {
    require(s.ran[i] == 1, "sched.runnable_once", "a worker did not do its work");
  }
}

}  // namespace

extern const Scenario concurrent_gc_scenario;
const Scenario concurrent_gc_scenario = {
    .name = "concurrent-gc",
    .description = "goroutines change a heap while it is marked",
    .reaches = "gc_phase,stack_scan,gc_mark_end,slot_store",
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
