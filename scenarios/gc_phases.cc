// gc-phases: goroutines that each do a few operations of their own choosing, collections among
// them: a program that can get into every phase of a collection with every operation.
#include "runtime_core/gc/mgc.h"
#include "runtime_core/mutator/mutator.h"
#include "runtime_core/sync/sema.h"
#include "scenarios/finalizers.h"
#include "scenarios/go_functions.h"
#include "scenarios/goroutines.h"
#include "scenarios/heap_world.h"
#include "scenarios/hub.h"
#include "scenarios/marking.h"

namespace scenarios {
namespace {

using namespace runtime_core;

constexpr u32 workers_max = 4, call_steps_max = 64;
constexpr u32 hubs_max = 2 * (workers_max + 1);  // of main and the workers, and of their children

struct State {
  GoWorld world;
  Join join;
  u32 workers, operations, collections, spans;
  const Type* node;     // two pointers
  Type block, pointer;  // two blocks in a span; a pointer to one
  FuncVal finalizer;
  u64 hubs[hubs_max];  // globals, one of each goroutine
  u64 chain;           // a global: blocks, to be swept by who comes first
  alignas(64) std::atomic<u32> units;
  std::atomic<u32> steps;  // taken in system calls
  struct {
    alignas(64) u32 collected, spawned, ended;
  } own[hubs_max];  // of each goroutine
};

constexpr Param params[] = {
    {"threads", 2, "Ms, each with a thread, and as many Ps", 1, 4},
    {"workers", 2, "goroutines besides main; each, and main, may start one more", 1, workers_max},
    {"operations", 16, "of each goroutine", 1, 1000},
    {"collections", 1, "that each goroutine may ask for", 0, 1000},
    {"spans", 2, "that live, besides, and make each sweep longer", 0, 100},
    // Each start of the world may find that an M that helped is not idle yet.
    {"late", 12, "threads that the scheduler may start for more Ms", 6, 16},
};
enum : u32 { p_threads, p_workers, p_operations, p_collections, p_spans };

u32 thread_count(const Env& env) { return static_cast<u32>(env.params[p_threads]); }
// With those who sweep and run finalizers.
u32 goroutine_count(const Env& env) {
  return 2 * (static_cast<u32>(env.params[p_workers]) + 1) + 2;
}

State& state_of(const Mutator& m) { return *reinterpret_cast<State*>(m.number(argument(0))); }
u64 index_of(const Mutator& m) { return m.number(argument(1)); }

// func finalize(b *block)
constexpr Function finalize = {
    "finalize", 1, 1, 0, pointer_words.bytes, pointer_words.bytes, [](Mutator& m) {
      m.load(local(0), argument(0), 0);
      m.call(nothing, {});
    }};

// What the functions below have in common: func f(s *State, index int), with a few pointers.
constexpr Function on_hub(const char* name, void (*body)(Mutator&)) {
  return {name, 2, 4, 0, scalar_words.bytes, pointer_words.bytes, body};
}
void load_hub(Mutator& m) { scenarios::load_hub(m, &state_of(m).hubs[index_of(m)]); }

// hub := new(node); hub.left, hub.right, hub.left.right = new(node), new(node), new(node)
constexpr Function make_hub = on_hub("make_hub", [](Mutator& m) {
  for (const Slot slot : {hub, left, right, held}) m.alloc(slot, state_of(m).node);
  m.store(hub, 0, left);
  m.store(hub, 1, right);
  m.store(left, 1, held);
  m.store_global(&state_of(m).hubs[index_of(m)], hub);
});

// for range 2*spans { chain = &block{chain} }
constexpr Function make_chain = on_hub("make_chain", [](Mutator& m) {
  State& s = state_of(m);
  for (u32 i = 0; i < 2 * s.spans; i++) {
    m.alloc(held, &s.block);
    m.load_global(left, &s.chain);
    m.store(held, 0, left);
    m.store_global(&s.chain, held);
  }
});

// hub.left.left = new(node)
constexpr Function publish = on_hub("publish", [](Mutator& m) {
  load_hub(m);
  m.alloc(held, state_of(m).node);
  m.store(left, 0, held);
  m.clear(held);
  m.call(nothing, {});
  m.load(held, left, 0);
  require(m.load_number(held, 0) == 0, "heap.no_use_after_free", "a new object was used again");
});

constexpr Function move = on_hub("move", [](Mutator& m) {
  load_hub(m);
  move_and_back(m);
});

// b := new(block); SetFinalizer(b, finalize); b = new(block)
constexpr Function set_finalizer = on_hub("set_finalizer", [](Mutator& m) {
  State& s = state_of(m);
  m.alloc(held, &s.block);
  m.set_finalizer(held, &s.pointer, &s.finalizer);
  m.alloc(held, &s.block);
});

void wait_in_turn(Mutator& m) {
  std::atomic<u32>* units = &state_of(m).units;
  semacquire(m.g(), units);
  m.yield();
  semrelease(m.g(), units);
}

u32 choose(Mutator& m, u32 n) { return decide(Decision::none, n, fastrand1(m.m()) % n); }

// In the kernel, where others get on meanwhile.
void take_steps(Mutator& m) {
  for (u32 n = choose(m, call_steps_max); n > 0; n--) state_of(m).steps.fetch_add(1, relaxed);
}
void call(Mutator& m) {
  entersyscall(m.g());
  take_steps(m);
  exitsyscall(m.g());
}
// The same, but gives the processor away before.
void call_that_lasts(Mutator& m) {
  entersyscallblock(m.g());
  take_steps(m);
  exitsyscall(m.g());
}

void collect(Mutator& m, i32 force) {
  State& s = state_of(m);
  if (s.own[index_of(m)].collected++ < s.collections) gogc(m.m(), force);
}

void start_child(Mutator& m);

// In the frame of a goroutine, which begins with its arguments once more.
constexpr Slot s_again = local(0), index_again = local(1), child = local(2);
using Operation = void (*)(Mutator& m);
constexpr Operation operations[] = {
    [](Mutator& m) {
      m.call(publish, {s_again, index_again});
    },
    [](Mutator& m) {
      m.call(move, {s_again, index_again});
    },
    [](Mutator& m) {
      m.call(set_finalizer, {s_again, index_again});
    },
    [](Mutator& m) { m.call(large, {}); },
    [](Mutator& m) { m.yield(); },
    call,
    call_that_lasts,
    wait_in_turn,
    start_child,
    // The sweep is left to others; twice, since that leads to more.
    [](Mutator& m) { collect(m, 1); },
    [](Mutator& m) { collect(m, 1); },
    [](Mutator& m) { collect(m, 2); },
};
constexpr u32 operation_count = sizeof(operations) / sizeof(operations[0]);

void run_operations(Mutator& m) {
  m.set_number(s_again, m.number(argument(0)));
  m.set_number(index_again, index_of(m));
  m.call(make_hub, {s_again, index_again});
  for (u32 i = 0; i < state_of(m).operations; i++) {
    operations[choose(m, operation_count)](m);
  }
  state_of(m).own[index_of(m)].ended++;
}

// func worker(s *State, index int)
constexpr Function worker = {
    "worker", 2, 3, 2, scalar_words.bytes, scalar_words.bytes, [](Mutator& m) {
      run_operations(m);
      join_done(m.g(), &state_of(m).join);
    }};

void start(Mutator& m, u64 index) {
  State& s = state_of(m);
  lock(m.m(), &s.join.lock);
  s.join.left++;
  unlock(m.m(), &s.join.lock);
  m.set_number(child, index);
  m.spawn(worker, {s_again, child});
}

void start_child(Mutator& m) {
  State& s = state_of(m);
  const u64 index = index_of(m);
  if (index <= s.workers && s.own[index].spawned++ == 0) start(m, index + s.workers + 1);
}

// func main(s *State, index int)
constexpr Function main_function = {
    "main", 2, 3, 2, scalar_words.bytes, scalar_words.bytes, [](Mutator& m) {
      m.set_number(s_again, m.number(argument(0)));
      m.set_number(index_again, 0);
      m.call(make_chain, {s_again, index_again});
      for (u32 i = 1; i <= state_of(m).workers; i++) start(m, i);
      run_operations(m);
      join_wait(m.g(), &state_of(m).join);
    }};

void setup(Env& env) {
  auto* s = allocate<State>(env);
  env.state = s;
  s->workers = static_cast<u32>(env.params[p_workers]);
  s->operations = static_cast<u32>(env.params[p_operations]);
  s->collections = static_cast<u32>(env.params[p_collections]);
  s->spans = static_cast<u32>(env.params[p_spans]);
  s->node = make_type(env, 2 * ptr_size, mask_two_pointers);
  make_linked_type(&s->block);
  make_pointer_type(&s->pointer, &s->block);
  make_finalizer(&s->finalizer, &s->pointer, &finalize);
  s->units.store(1, relaxed);
  const uintptr args[] = {reinterpret_cast<uintptr>(s), 0};
  boot_go_main(env, &s->world, thread_count(env), main_function, args, 2);
  const auto hubs = reinterpret_cast<uintptr>(s->hubs);
  add_root_area(&s->world.ms[0],
                RootArea{hubs, sizeof(s->hubs) + sizeof(s->chain), nullptr, RootKind::data});
}

void thread(Env& env, u32 id) { run_goroutines(&static_cast<State*>(env.state)->world, id); }

void finish(Env& env) {
  const State& s = *static_cast<State*>(env.state);
  for (u32 i = 0; i <= s.workers; i++) {
    require(s.own[i].ended == 1, "sched.runnable_once", "a goroutine did not run to its end");
    const auto& of_child = s.own[i + s.workers + 1];
    const bool started = s.own[i].spawned != 0;
    require(of_child.ended == (started ? 1 : 0), "sched.runnable_once",
            "a goroutine did not run to its end");
  }
}

}  // namespace

extern const Scenario gc_phases_scenario;
const Scenario gc_phases_scenario = {
    .name = "gc-phases",
    .description =
        "goroutines do and collect what they choose, for fuzz: phase x status of each P "
        "x operation",
    .reaches = "gc_phase,stack_scan,gc_mark_end,slot_store",
    .params = params,
    .param_count = 6,
    .thread_count = thread_count,
    .setup = setup,
    .thread = thread,
    .finish = finish,
    .tuning = &collecting_tuning,
    .late_thread_count = late_thread_count,
    .goroutine_count = goroutine_count,
    .chooses = true,
    .counts_phases = true};

}  // namespace scenarios
