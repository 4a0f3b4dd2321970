// tiny-blocks: several objects in one block of 16 bytes; the block lives as long as any of them,
// and with `finalizers` all that died with it are finalized in one cycle.
#include "scenarios/heap_world.h"

namespace scenarios {
namespace {

using namespace runtime_core;

constexpr Param params[] = {
    {"objects", 3, "objects of four bytes that each thread allocates", 1, 4},
    {"finalizers", 0, "1: two objects of one dead block have finalizers", 0, 1},
    {"collections", 0, "collections by thread 0 before it allocates", 0, 1000},
};
enum : u32 { p_objects, p_finalizers, p_collections };

constexpr uintptr tiny_bytes = 4;
constexpr u32 objects_max = 4, old_root = 8, root_words = 9;

struct State {
  HeapWorld w;
  FinalizerTypes finalizer;
  alignas(64) std::atomic<u32> finalized;
};

u32 thread_count(const Env&) { return 2; }

void finalize(M* mp, void*) {
  static_cast<State*>(mp->rt->hooks.context)->finalized.fetch_add(1, relaxed);
}

void* new_tiny(M* mp) { return mallocgc(mp, tiny_bytes, nullptr, flag_no_scan); }

// A block whose second object alone is alive, and one that is dead.
void setup(Env& env) {
  auto* s = allocate<State>(env);
  env.state = s;
  HeapWorld* w = &s->w;
  boot(env, w, 2, root_words);
  w->rt->hooks.context = s;
  make_finalizer(&s->finalizer, tiny_bytes, tiny_bytes, finalize);
  require(env.params[p_objects] <= objects_max, "scenario.input", "objects takes 1 to 4");
  M* mp = &w->ms[0];
  for (u32 i = 0; i < 8; i++) {
    void* p = new_tiny(mp);
    if (i == 1) set_root(w, old_root, p);
    if (i >= 6 && env.params[p_finalizers] != 0) {
      setfinalizer(mp, p, &s->finalizer.pointer_type, &s->finalizer.function);
    }
  }
  gogc(mp, 1);
  bind(w);
}

void allocate_tiny(Env& env, HeapWorld* w, M* mp, u32 id) {
  for (u32 i = 0; i < static_cast<u32>(env.params[p_objects]); i++) {
    const u32 root = id * objects_max + i;
    auto* p = static_cast<u32*>(new_tiny(mp));
    event(Event::touch, reinterpret_cast<u64>(p));
    *p = root;
    set_root(w, root, p);
    safepoint(mp);
  }
}

void thread(Env& env, u32 id) {
  auto* s = static_cast<State*>(env.state);
  M* mp = enter(&s->w, id);
  if (id == 0) {
    for (i64 i = 0; i < env.params[p_collections]; i++) gogc(mp, 1);
  }
  allocate_tiny(env, &s->w, mp, id);
  leave(mp);
}

void finish(Env& env) {
  auto* s = static_cast<State*>(env.state);
  M* mp = enter_again(&s->w);
  gogc(mp, 2);
  const u32 ran = runfinq_step(mp);
  require(ran == (env.params[p_finalizers] != 0 ? 2u : 0u), "finalizer.runs",
          "the finalizers of one dead tiny block are to be queued together");
  for (u32 i = 0; i < old_root; i++) {
    const auto* p = static_cast<const u32*>(root_of(&s->w, i));
    if (p == nullptr) continue;
    event(Event::touch, reinterpret_cast<u64>(p));
    require(*p == i, "alloc.single_owner", "a live tiny object was overwritten");
  }
}

}  // namespace

extern const Scenario tiny_blocks_scenario;
const Scenario tiny_blocks_scenario = {"tiny-blocks",
                                       "objects that share a block of 16 bytes",
                                       "alloc,alloc_slot,span_sweep_end",
                                       params,
                                       3,
                                       thread_count,
                                       setup,
                                       thread,
                                       finish,
                                       &heap_world_tuning};

}  // namespace scenarios
