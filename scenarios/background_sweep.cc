// background-sweep: main collects while the sweeper's goroutine is at the spans of the cycle
// before, and goroutines allocate from spans that it may be sweeping.
#include "runtime_core/gc/mgc.h"
#include "runtime_core/mutator/mutator.h"
#include "runtime_core/os/os.h"
#include "scenarios/goroutines.h"
#include "scenarios/heap_world.h"

namespace scenarios {
namespace {

using namespace runtime_core;

constexpr u32 workers_max = 4;
constexpr u64 mark = 0x5eed;

struct State {
  GoWorld world;
  Join join;
  u32 workers, collections, garbage, kept, allocations;
  bool on_g0;
  Type block;  // two in a span; word 0 is a pointer
  u64 chain;   // a global: the blocks that live
  alignas(64) u64 ran[workers_max];
};

constexpr Param params[] = {
    {"threads", 2, "Ms, each with a thread, and as many Ps", 1, 4},
    {"workers", 0, "goroutines besides main that allocate", 0, workers_max},
    {"collections", 1, "by main, which leave the sweep to others", 1, 1000},
    {"kept", 2, "blocks that live, two in a span", 1, 16},
    {"garbage", 2, "blocks that are dead at the first collection", 0, 16},
    {"allocations", 1, "blocks that main, and each worker, allocates after each collection", 0,
     1000},
    {"on_g0", 0, "1: the scheduling stack allocates, too, when a collection is due", 0, 1},
    late_threads,
};

u32 thread_count(const Env& env) { return static_cast<u32>(env.params[0]); }
u32 goroutine_count(const Env& env) { return static_cast<u32>(env.params[1]) + 2; }

State& state_of(const Mutator& m) { return *reinterpret_cast<State*>(m.number(argument(0))); }

constexpr Slot made = local(0), next = local(1);

// func allocate(s *State): blocks that die at once.
void allocate_body(Mutator& m) {
  for (u32 i = 0; i < state_of(m).allocations; i++) {
    m.alloc(made, &state_of(m).block);
    m.store_number(made, 1, mark);
  }
}
constexpr Function allocate_function = {
    "allocate", 1, 2, 0, scalar_words.bytes, pointer_words.bytes, allocate_body};

// func worker(s *State, index int)
void worker_body(Mutator& m) {
  State& s = state_of(m);
  m.set_number(local(0), m.number(argument(0)));
  m.call(allocate_function, {local(0)});
  s.ran[m.number(argument(1))]++;
  join_done(m.g(), &s.join);
}
constexpr Function worker = {"worker",           2,          1, 1, scalar_words.bytes,
                             scalar_words.bytes, worker_body};

// func fill(s *State): the chain, and blocks that are dead.
void fill_body(Mutator& m) {
  State& s = state_of(m);
  for (u32 i = 0; i < s.kept + s.garbage; i++) {
    m.alloc(made, &s.block);
    m.store_number(made, 1, mark);
    if (i % 2 == 1 && i / 2 < s.garbage) continue;
    m.load_global(next, &s.chain);
    m.store(made, 0, next);
    m.store_global(&s.chain, made);
  }
}
constexpr Function fill = {"fill", 1, 2, 0, scalar_words.bytes, pointer_words.bytes, fill_body};

// func check(s *State)
void check_body(Mutator& m) {
  for (m.load_global(made, &state_of(m).chain); !m.is_nil(made); m.load(made, made, 0)) {
    require(m.load_number(made, 1) == mark, "heap.no_use_after_free", "a block was used again");
  }
}
constexpr Function check_chain = {"check",   1, 2, 0, scalar_words.bytes, pointer_words.bytes,
                                  check_body};

// The runtime allocates on g0 and with locks held; a collection is due, and must wait.
void allocate_on_g0(Mutator& m) {
  MStats& stats = m.m()->rt->stats;
  const u64 goal = stats.next_gc.exchange(0, relaxed);
  systemstack(m.m(), [&] { mallocgc(m.m(), block_bytes, nullptr, flag_no_scan); });
  stats.next_gc.store(goal, relaxed);
}

bool sweeper_rests(M* mp) {
  SweepData& sweep = mp->rt->work.sweep;
  lock(mp, &sweep.lock);
  const bool rests = sweep.parked;
  unlock(mp, &sweep.lock);
  return rests;
}

// func main(s *State)
void main_body(Mutator& m) {
  State& s = state_of(m);
  m.set_number(local(0), m.number(argument(0)));
  m.call(fill, {local(0)});
  if (s.on_g0) allocate_on_g0(m);
  for (u32 i = 0; i < s.workers; i++) {
    m.set_number(local(1), i);
    m.spawn(worker, {local(0), local(1)});
  }
  for (u32 i = 0; i < s.collections; i++) {
    gogc(m.m(), 1);
    m.call(allocate_function, {local(0)});
  }
  join_wait(m.g(), &s.join);
  while (!sweeper_rests(m.m())) {
    procyield(1);
    m.yield();
  }
  m.call(check_chain, {local(0)});
}
constexpr Function main_function = {"main",   1, 2, 2, scalar_words.bytes, scalar_words.bytes,
                                    main_body};

void setup(Env& env) {
  auto* s = allocate<State>(env);
  env.state = s;
  s->workers = static_cast<u32>(env.params[1]);
  s->collections = static_cast<u32>(env.params[2]);
  s->kept = static_cast<u32>(env.params[3]);
  s->garbage = static_cast<u32>(env.params[4]);
  s->allocations = static_cast<u32>(env.params[5]);
  s->on_g0 = env.params[6] != 0;
  s->join.left = s->workers;
  make_linked_type(&s->block);
  const uintptr args[] = {reinterpret_cast<uintptr>(s)};
  boot_go_main(env, &s->world, thread_count(env), main_function, args, 1);
  add_root_area(&s->world.ms[0], RootArea{reinterpret_cast<uintptr>(&s->chain), sizeof(s->chain),
                                          nullptr, RootKind::data});
}

void thread(Env& env, u32 id) { run_goroutines(&static_cast<State*>(env.state)->world, id); }

// The sweeper rests, so it has been everywhere.
void finish(Env& env) {
  const State& s = *static_cast<State*>(env.state);
  for (u32 i = 0; i < s.workers; i++) {
    require(s.ran[i] == 1, "sched.runnable_once", "a worker did not do its work");
  }
  const MHeap& h = s.world.rt->heap;
  for (u32 i = 0; i < h.nspan; i++) {
    const MSpan* span = h.allspans[i];
    if (span->state.load(relaxed) != span_in_use) continue;
    require(span->sweepgen.load(relaxed) == h.sweepgen.load(relaxed), "span.swept_once",
            "the background sweeper rests, and a span is unswept");
  }
}

}  // namespace

extern const Scenario background_sweep_scenario;
const Scenario background_sweep_scenario = {
    .name = "background-sweep",
    .description = "a goroutine sweeps while others allocate, and while the next collection begins",
    .reaches = "sweepgen_bump,span_sweep_begin,free_object,g_execute",
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
