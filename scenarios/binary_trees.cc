// binary-trees: goroutines make, check and drop trees while one that lives long, and whatever they
// are just making, is marked.
#include <algorithm>

#include "runtime_core/mutator/mutator.h"
#include "scenarios/goroutines.h"
#include "scenarios/marking.h"

namespace scenarios {
namespace {

using namespace runtime_core;

constexpr u32 workers_max = 8, depth_step = 4;

struct State {
  GoWorld world;
  Join join;
  u32 depth, least, workers, collections;
  const Type* node;  // two pointers
  u64 long_lived;    // a global
  alignas(64) u64 nodes[workers_max];
};

constexpr Param params[] = {
    {"threads", 2, "Ms, each with a thread, and as many Ps", 1, 4},
    {"depth", 1, "of the tree that lives long, and of the largest of the others", 1, 24},
    {"least", 1, "depth of the smallest; the others are 4, 8 ... deeper, and fewer", 1, 24},
    {"workers", 2, "goroutines that share the trees", 1, workers_max},
    {"collections", 1, "by main", 0, 1000},
    {"goal", 0, "bytes in use at which the first collection by an allocation begins; 0: none"},
    {"checkmark", 1, "0: no second marking that checks the first, whatever the tuning says", 0, 1},
    // Each start of the world may find that an M that helped is not idle yet.
    {"late", 8, "threads that the scheduler may start for more Ms", 1, 16},
};
enum : u32 { p_threads, p_depth, p_least, p_workers, p_collections, p_goal, p_checkmark };

u32 thread_count(const Env& env) { return static_cast<u32>(env.params[p_threads]); }
// With main and the sweeper.
u32 goroutine_count(const Env& env) { return static_cast<u32>(env.params[p_workers]) + 2; }

State& state_of(const Mutator& m) { return *reinterpret_cast<State*>(m.number(argument(0))); }

u64 nodes_of_tree(u32 depth) { return (u64{2} << depth) - 1; }
// Together those of each depth have as many nodes.
u64 trees_of(const State& s, u32 depth) { return u64{1} << (s.depth - depth + s.least); }

// func make(s *State, depth int) *node: a subtree that is made is on this stack alone until the
// other one is made.
constexpr u8 make_args[] = {bits_scalar | bits_scalar << 2 | bits_pointer << 4};
constexpr u8 make_locals[] = {bits_pointer | bits_pointer << 2 | bits_scalar << 4 |
                              bits_scalar << 6};
void make_body(Mutator& m);
constexpr Function make = {"make", 3, 4, 3, make_args, make_locals, make_body};
void make_body(Mutator& m) {
  constexpr Slot made = local(0), child = local(1), state = local(2), below = local(3);
  const u64 depth = m.number(argument(1));
  m.alloc(made, state_of(m).node);
  if (depth > 0) {
    m.set_number(state, m.number(argument(0)));
    m.set_number(below, depth - 1);
    for (u32 i = 0; i < 2; i++) {
      m.call(make, {state, below}, {child});
      m.store(made, i, child);
    }
  }
  m.move(argument(2), made);
}

// func check(tree *node, depth int) int: its nodes
constexpr u8 check_args[] = {bits_pointer | bits_scalar << 2 | bits_scalar << 4};
void check_body(Mutator& m);
constexpr Function check = {"check", 3, 3, 3, check_args, check_args, check_body};
void check_body(Mutator& m) {
  constexpr Slot child = local(0), below = local(1), found = local(2);
  const u64 depth = m.number(argument(1));
  u64 nodes = 1;
  for (u32 i = 0; i < 2; i++) {
    m.load(child, argument(0), i);
    require(m.is_nil(child) == (depth == 0), "heap.no_use_after_free",
            "a tree has lost a node, or has one too many");
    if (depth == 0) continue;
    m.set_number(below, depth - 1);
    m.call(check, {child, below}, {found});
    nodes += m.number(found);
  }
  m.set_number(argument(2), nodes);
}

constexpr Slot tree = local(0), state = local(1), depth_slot = local(2), found = local(3);
constexpr u8 tree_locals[] = {bits_pointer | bits_scalar << 2 | bits_scalar << 4 |
                              bits_scalar << 6};

void make_tree(Mutator& m, u32 depth) {
  m.set_number(state, m.number(argument(0)));
  m.set_number(depth_slot, depth);
  m.call(make, {state, depth_slot}, {tree});
}
void check_tree(Mutator& m, u32 depth) {
  m.set_number(depth_slot, depth);
  m.call(check, {tree, depth_slot}, {found});
  require(m.number(found) == nodes_of_tree(depth), "heap.no_use_after_free",
          "a tree has not as many nodes as it was made with");
  m.clear(tree);
}

// func worker(s *State, index int)
constexpr Function worker = {"worker", 2, 4, 3, scalar_words.bytes, tree_locals, [](Mutator& m) {
                               State& s = state_of(m);
                               const u64 index = m.number(argument(1));
                               for (u32 depth = s.least; depth <= s.depth; depth += depth_step) {
                                 for (u64 i = index; i < trees_of(s, depth); i += s.workers) {
                                   make_tree(m, depth);
                                   check_tree(m, depth);
                                   s.nodes[index] += nodes_of_tree(depth);
                                 }
                               }
                               join_done(m.g(), &s.join);
                             }};

// func main(s *State)
constexpr Function main_function = {
    "main", 1, 4, 3, scalar_words.bytes, tree_locals, [](Mutator& m) {
      State& s = state_of(m);
      make_tree(m, s.depth);
      m.store_global(&s.long_lived, tree);
      m.clear(tree);
      for (u32 i = 0; i < s.workers; i++) {
        m.set_number(found, i);
        m.spawn(worker, {state, found});
      }
      for (u32 i = 0; i < s.collections; i++) m.collect();
      join_wait(m.g(), &s.join);
      m.load_global(tree, &s.long_lived);
      check_tree(m, s.depth);
    }};

void setup(Env& env) {
  auto* s = allocate<State>(env);
  env.state = s;
  s->depth = static_cast<u32>(env.params[p_depth]);
  s->least = std::min(s->depth, static_cast<u32>(env.params[p_least]));
  s->workers = static_cast<u32>(env.params[p_workers]);
  s->collections = static_cast<u32>(env.params[p_collections]);
  s->join.left = s->workers;
  s->node = make_type(env, 2 * ptr_size, mask_two_pointers);
  const uintptr args[] = {reinterpret_cast<uintptr>(s)};
  boot_go_main(env, &s->world, thread_count(env), main_function, args, 1);
  const auto goal = static_cast<u64>(env.params[p_goal]);
  if (env.params[p_checkmark] == 0) s->world.rt->work.checkmark_enabled = false;
  if (goal != 0) s->world.rt->stats.next_gc.store(goal, relaxed);
  const auto globals = reinterpret_cast<uintptr>(&s->long_lived);
  add_root_area(&s->world.ms[0], RootArea{globals, sizeof(s->long_lived), nullptr, RootKind::data});
}

void thread(Env& env, u32 id) { run_goroutines(&static_cast<State*>(env.state)->world, id); }

void finish(Env& env) {
  const State& s = *static_cast<State*>(env.state);
  u64 nodes = 0, expected = 0;
  for (const u64 of_worker : s.nodes) nodes += of_worker;
  for (u32 depth = s.least; depth <= s.depth; depth += depth_step) {
    expected += trees_of(s, depth) * nodes_of_tree(depth);
  }
  require(nodes == expected, "sched.runnable_once", "a worker did not make all of its trees");
  env.result_count = 2;
  env.results[0] = {"nodes", static_cast<i64>(nodes + nodes_of_tree(s.depth))};
  env.results[1] = {"collections", s.world.rt->work.cycles.load(relaxed)};
}

// A deep tree is larger than the heap of the other scenarios.
constexpr Tuning make_tuning() {
  Tuning t = collecting_tuning;
  t.mheap_map_total_bits = 32;
  return t;
}
constexpr Tuning binary_trees_tuning = make_tuning();

}  // namespace

extern const Scenario binary_trees_scenario;
const Scenario binary_trees_scenario = {
    .name = "binary-trees",
    .description = "trees are made, checked and dropped while a heap of trees is marked",
    .reaches = "gc_phase,stack_scan,gc_mark_end,slot_store",
    .params = params,
    .param_count = 8,
    .thread_count = thread_count,
    .setup = setup,
    .thread = thread,
    .finish = finish,
    .tuning = &binary_trees_tuning,
    .late_thread_count = late_thread_count,
    .goroutine_count = goroutine_count};

}  // namespace scenarios
