// finalizer-sweep: thread 0 sweeps and finds objects with finalizers dead, thread 1 sets and
// removes finalizers in the same spans, thread 2 runs what was queued.
#include "runtime_core/sync/note.h"
#include "scenarios/heap_world.h"

namespace scenarios {
namespace {

using namespace runtime_core;

constexpr Param params[] = {
    {"dead", 2, "objects with a finalizer that the first collection finds dead", 1, 4},
    {"sets", 1, "1: thread 1 sets a finalizer on one live object and removes another's", 0, 1},
    {"collections", 0, "collections by thread 0 before it sweeps", 0, 1000},
    {"bytes", 4096, "bytes of an object; the smaller, the longer the sweep of its span", 16, 32768},
    {"lazy", 0, "1: thread 1 sweeps no span but those whose records it changes", 0, 1},
    {"late", 0, "1: the dead objects live until thread 0 drops them and collects", 0, 1},
};
enum : u32 { p_dead, p_sets, p_collections, p_bytes, p_lazy, p_late };

// Roots of the two live objects; every dead one shares a span with a live one.
constexpr u32 set_root_index = 0, removed_root_index = 1, late_root_index = 2, dead_max = 4;
constexpr u32 root_words = late_root_index + dead_max;

struct State {
  HeapWorld w;
  FinalizerTypes finalizer;
  u32 expected;
  alignas(64) std::atomic<u32> ran;
  Note all_ran;
};

u32 thread_count(const Env&) { return 3; }

State* state_of(M* mp) { return static_cast<State*>(mp->rt->hooks.context); }

// The finalizer: counts, and the last one wakes thread 1.
void finalize(M* mp, void* object) {
  State* s = state_of(mp);
  event(Event::touch, reinterpret_cast<u64>(object));
  const u32 before = s->ran.fetch_add(1, seq_cst);
  if (before + 1 == s->expected) notewakeup(mp, &s->all_ran);
}

void setup(Env& env) {
  auto* s = allocate<State>(env);
  env.state = s;
  HeapWorld* w = &s->w;
  boot(env, w, 3, root_words);
  s->w.rt->hooks.context = s;
  make_finalizer(&s->finalizer, block_bytes, ptr_size, finalize);
  M* mp = &w->ms[0];
  require(env.params[p_dead] >= 1 && env.params[p_dead] <= dead_max, "scenario.input",
          "dead takes 1 to 4");
  require(env.params[p_late] == 0 || env.params[p_collections] > 0, "scenario.input",
          "late needs a collection");
  s->expected = static_cast<u32>(env.params[p_dead]);
  const auto bytes = static_cast<uintptr>(env.params[p_bytes]);
  for (u32 i = 0; i < s->expected; i++) {
    if (i < 2) set_root(w, i, mallocgc(mp, bytes, nullptr, flag_no_scan));
    void* dead = mallocgc(mp, bytes, nullptr, flag_no_scan);
    setfinalizer(mp, dead, &s->finalizer.pointer_type, &s->finalizer.function);
    if (env.params[p_late] != 0) set_root(w, late_root_index + i, dead);
  }
  if (s->expected > 1) {
    setfinalizer(mp, root_of(w, removed_root_index), &s->finalizer.pointer_type,
                 &s->finalizer.function);
  }
  gogc(mp, 1);
  bind(w);
}

void collect(Env& env, State* s, M* mp) {
  for (u32 i = late_root_index; i < root_words; i++) {
    if (root_of(&s->w, i) != nullptr) set_root(&s->w, i, nullptr);
  }
  for (i64 i = 0; i < env.params[p_collections]; i++) gogc(mp, 1);
}

void set_and_remove(Env& env, State* s, M* mp) {
  if (env.params[p_sets] == 0) return;
  setfinalizer(mp, root_of(&s->w, set_root_index), &s->finalizer.pointer_type,
               &s->finalizer.function);
  void* removed = root_of(&s->w, removed_root_index);
  if (removed != nullptr) setfinalizer(mp, removed, &s->finalizer.pointer_type, nullptr);
}

// Waits for the finalizers, then ends the finalizer thread.
void mutate(Env& env, State* s, M* mp) {
  set_and_remove(env, s, mp);
  if (env.params[p_lazy] == 0) sweep_all(mp);
  wakefing(mp);
  notesleepg(mp, &s->all_ran);
  runtime_exit(mp);
}

void thread(Env& env, u32 id) {
  auto* s = static_cast<State*>(env.state);
  M* mp = enter(&s->w, id);
  if (id == 0) {
    collect(env, s, mp);
    sweep_all(mp);
    // A thread without work looks for finalizers, as findrunnable does.
    wakefing(mp);
  } else if (id == 1) {
    mutate(env, s, mp);
  } else {
    runfinq(mp);
  }
  leave(mp);
}

void finish(Env& env) {
  auto* s = static_cast<State*>(env.state);
  M* mp = enter_again(&s->w);
  gogc(mp, 2);
}

}  // namespace

extern const Scenario finalizer_sweep_scenario;
const Scenario finalizer_sweep_scenario = {
    "finalizer-sweep",
    "finalizers are set, removed, queued and run while spans are swept",
    "finalizer_set,finalizer_removed,finalizer_queued,finalizer_run",
    params,
    6,
    thread_count,
    setup,
    thread,
    finish,
    &heap_world_tuning};

}  // namespace scenarios
