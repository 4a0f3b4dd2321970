// reclaim: two threads need pages before the heap is swept, so both sweep first, on the lists of
// large objects or through the spans of small ones.
#include "scenarios/heap_world.h"

namespace scenarios {
namespace {

using namespace runtime_core;

constexpr Param params[] = {
    {"large", 0, "1: the garbage is large objects, swept on their lists"},
    {"garbage", 2, "spans of garbage"},
    {"sweeper", 0, "1: thread 0 sweeps in the background instead of allocating"},
};
enum : u32 { p_large, p_garbage, p_sweeper };

constexpr uintptr large_bytes = max_small_size + page_size;  // five pages
constexpr uintptr span_block_bytes = page_size;              // one block a span
constexpr u32 live_root = 0, new_root = 1, root_words = 8;

u32 thread_count(const Env&) { return 2; }

uintptr garbage_bytes(const Env& env) {
  return env.params[p_large] != 0 ? large_bytes : block_bytes;
}

void setup(Env& env) {
  auto* w = allocate<HeapWorld>(env);
  env.state = w;
  boot(env, w, 2, root_words);
  M* mp = &w->ms[0];
  void* live = mallocgc(mp, garbage_bytes(env), nullptr, flag_no_scan);
  stamp(live, live_root);
  set_root(w, live_root, live);
  const i64 per_span = env.params[p_large] != 0 ? 1 : 2;
  for (i64 i = 0; i < env.params[p_garbage] * per_span; i++) {
    mallocgc(mp, garbage_bytes(env), nullptr, flag_no_scan);
  }
  gogc(mp, 1);
  bind(w);
}

void thread(Env& env, u32 id) {
  auto* w = static_cast<HeapWorld*>(env.state);
  M* mp = enter(w, id);
  if (id == 0 && env.params[p_sweeper] != 0) {
    sweep_all(mp);
  } else {
    const uintptr bytes = env.params[p_large] != 0 ? large_bytes : span_block_bytes;
    void* p = mallocgc(mp, bytes, nullptr, flag_no_scan);
    stamp(p, new_root + id);
    set_root(w, new_root + id, p);
  }
  leave(mp);
}

void finish(Env& env) {
  auto* w = static_cast<HeapWorld*>(env.state);
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
                                   3,
                                   thread_count,
                                   setup,
                                   thread,
                                   finish,
                                   &heap_world_tuning};

}  // namespace scenarios
