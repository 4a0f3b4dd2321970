// sweep-alloc: after a collection thread 0 sweeps in the background while thread 1 allocates from
// the same spans, sweeping as it goes; optionally a second collection follows.
#include "scenarios/heap_world.h"

namespace scenarios {
namespace {

using namespace runtime_core;

constexpr Param params[] = {
    {"allocations", 2, "blocks that thread 1 allocates", 0, 1000},
    {"collections", 0, "collections by thread 1 after its allocations", 0, 1000},
    {"live", 0, "1: half of each span is alive, 0: the first span alone has a live block", 0, 1},
};
enum : u32 { p_allocations, p_collections, p_live };

constexpr u32 old_root = 0, new_root = 4, root_words = 16;

struct State {
  HeapWorld w;
};

u32 thread_count(const Env&) { return 2; }

// Two spans of two blocks: (live, dead) and (dead, dead) or (live, dead).
void setup(Env& env) {
  auto* s = allocate<State>(env);
  env.state = s;
  boot(env, &s->w, 2, root_words);
  M* mp = &s->w.ms[0];
  fill_roots(&s->w, mp, old_root, 4);
  stamp(root_of(&s->w, old_root), 1);
  set_root(&s->w, old_root + 1, nullptr);
  if (env.params[p_live] == 0) set_root(&s->w, old_root + 2, nullptr);
  set_root(&s->w, old_root + 3, nullptr);
  gogc(mp, 1);
  bind(&s->w);
}

void allocate_blocks(Env& env, HeapWorld* w, M* mp) {
  for (i64 i = 0; i < env.params[p_allocations]; i++) {
    void* p = new_plain(mp);
    const u32 root = new_root + static_cast<u32>(i) % (root_words - new_root);
    stamp(p, root);
    set_root(w, root, p);
    safepoint(mp);
  }
  for (i64 i = 0; i < env.params[p_collections]; i++) gogc(mp, 1);
}

void thread(Env& env, u32 id) {
  HeapWorld* w = &static_cast<State*>(env.state)->w;
  M* mp = enter(w, id);
  if (id == 0) {
    sweep_all(mp);
  } else {
    allocate_blocks(env, w, mp);
  }
  leave(mp);
}

// A whole collection of what is left: what the threads broke shows in it.
void finish(Env& env) {
  HeapWorld* w = &static_cast<State*>(env.state)->w;
  M* mp = enter_again(w);
  gogc(mp, 2);
  for (u32 i = 0; i < root_words; i++) {
    void* p = root_of(w, i);
    if (p == nullptr || i == old_root + 2) continue;
    const u64 expected = i == old_root ? 1 : i;
    require(stamp_of(p) == expected, "alloc.single_owner", "a live block was overwritten");
  }
}

}  // namespace

extern const Scenario sweep_alloc_scenario;
const Scenario sweep_alloc_scenario = {"sweep-alloc",
                                       "a sweeper against an allocator from the same spans",
                                       "alloc,free_object,span_sweep_end",
                                       params,
                                       3,
                                       thread_count,
                                       setup,
                                       thread,
                                       finish,
                                       &heap_world_tuning};

}  // namespace scenarios
