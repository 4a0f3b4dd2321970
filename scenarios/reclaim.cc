// reclaim: two threads need pages before the heap is swept, so both sweep first, on the lists of
// large objects or through the spans of small ones.
#include "scenarios/heap_world.h"

namespace scenarios {
namespace {

using namespace runtime_core;

constexpr Param params[] = {
    {"large", 0, "1: the garbage is large objects, swept on their lists", 0, 1},
    {"garbage", 2, "spans of garbage", 0, 64},
    {"sweeper", 0, "1: thread 0 sweeps in the background instead of allocating", 0, 1},
    {"recycled", 0, "1: a span of one page is free when the cycle begins, and fits best", 0, 1},
};
enum : u32 { p_large, p_garbage, p_sweeper, p_recycled };

constexpr uintptr large_bytes = max_small_size + page_size;  // five pages
constexpr uintptr span_block_bytes = page_size;              // one block a span
constexpr u32 live_root = 0, new_root = 1, fence_root = 3, garbage_root = 4, root_words = 8;
constexpr i64 garbage_max = 4;

struct State {
  HeapWorld w;
  MSpan* recycled;
  alignas(64) std::atomic<u32> allocated;  // threads that have what they asked for
};

u32 thread_count(const Env&) { return 2; }

uintptr garbage_bytes(const Env& env) {
  return env.params[p_large] != 0 ? large_bytes : block_bytes;
}

// A page that was used and is free between two spans in use, so that its descriptor, old sweepgen
// and all, is on the sweeper's list. Garbage becomes garbage only afterwards.
void make_recycled(Env& env, State* s, M* mp) {
  HeapWorld* w = &s->w;
  require(env.params[p_large] != 0 && env.params[p_garbage] <= garbage_max, "scenario.input",
          "recycled goes with large, and garbage takes 1 to 4");
  void* once = mallocgc(mp, span_block_bytes, nullptr, flag_no_scan);
  s->recycled = mheap_lookup(w->rt, once);
  void* fence = mallocgc(mp, large_bytes, nullptr, flag_no_scan);
  stamp(fence, fence_root);
  set_root(w, fence_root, fence);
  for (u32 i = 0; i < static_cast<u32>(env.params[p_garbage]); i++) {
    set_root(w, garbage_root + i, mallocgc(mp, large_bytes, nullptr, flag_no_scan));
  }
  gogc(mp, 2);
  for (u32 i = 0; i < static_cast<u32>(env.params[p_garbage]); i++) {
    set_root(w, garbage_root + i, nullptr);
  }
}

void setup(Env& env) {
  auto* s = allocate<State>(env);
  env.state = s;
  HeapWorld* w = &s->w;
  boot(env, w, 2, root_words);
  M* mp = &w->ms[0];
  void* live = mallocgc(mp, garbage_bytes(env), nullptr, flag_no_scan);
  stamp(live, live_root);
  set_root(w, live_root, live);
  if (env.params[p_recycled] != 0) {
    make_recycled(env, s, mp);
  } else {
    const i64 per_span = env.params[p_large] != 0 ? 1 : 2;
    for (i64 i = 0; i < env.params[p_garbage] * per_span; i++) {
      mallocgc(mp, garbage_bytes(env), nullptr, flag_no_scan);
    }
  }
  gogc(mp, 1);
  bind(w);
}

// The sweeper of a recycled span starts when that is taken into use, or too late.
void await_reuse(State* s) {
  if (s->recycled == nullptr) return;
  while (s->recycled->state.load(relaxed) != span_in_use && s->allocated.load(relaxed) == 0) {
  }
}

void thread(Env& env, u32 id) {
  auto* s = static_cast<State*>(env.state);
  HeapWorld* w = &s->w;
  M* mp = enter(w, id);
  if (id == 0 && env.params[p_sweeper] != 0) {
    await_reuse(s);
    sweep_all(mp);
  } else {
    const bool large = env.params[p_large] != 0 && env.params[p_recycled] == 0;
    const uintptr bytes = large ? large_bytes : span_block_bytes;
    void* p = mallocgc(mp, bytes, nullptr, flag_no_scan);
    stamp(p, new_root + id);  // in its first page
    set_root(w, new_root + id, p);
    s->allocated.fetch_add(1, relaxed);
  }
  leave(mp);
}

void finish(Env& env) {
  HeapWorld* w = &static_cast<State*>(env.state)->w;
  gogc(enter_again(w), 2);
  for (u32 i = 0; i < root_words; i++) {
    void* p = root_of(w, i);
    if (p == nullptr) continue;
    require(stamp_of(p) == i, "alloc.single_owner", "a live block was overwritten");
  }
}

}  // namespace

extern const Scenario reclaim_scenario;
const Scenario reclaim_scenario = {"reclaim",
                                   "two threads that need pages sweep before they take new ones",
                                   "free_span,span_alloc,span_sweep_end",
                                   params,
                                   4,
                                   thread_count,
                                   setup,
                                   thread,
                                   finish,
                                   &heap_world_tuning};

}  // namespace scenarios
