// specials: profile and finalizer records of one object and of its neighbours, added, removed,
// freed explicitly and freed by the sweeper at the same time.
#include "scenarios/heap_world.h"

namespace scenarios {
namespace {

using namespace runtime_core;

constexpr Param params[] = {
    {"sweeper", 0, "1: a third thread sweeps in the background", 0, 1},
};

// x and y share a span, z and w another; z is dead.
enum : u32 { root_x, root_y, root_w, root_words };

struct State {
  HeapWorld world;
  FinalizerTypes finalizer;
  alignas(64) std::atomic<u32> finalized;
  alignas(64) std::atomic<u32> profile_frees;
};

u32 thread_count(const Env& env) { return env.params[0] != 0 ? 3 : 2; }

State* state_of(M* mp) { return static_cast<State*>(mp->rt->hooks.context); }

void finalize(M* mp, void* object) {
  stamp_of(object);
  state_of(mp)->finalized.fetch_add(1, seq_cst);
}

void profile_freed(M* mp, Bucket*, uintptr, bool) {
  state_of(mp)->profile_frees.fetch_add(1, seq_cst);
}

void setup(Env& env) {
  auto* s = allocate<State>(env);
  env.state = s;
  HeapWorld* w = &s->world;
  boot(env, w, thread_count(env), root_words);
  w->rt->hooks.context = s;
  w->rt->hooks.mprof_free = profile_freed;
  make_finalizer(&s->finalizer, block_bytes, ptr_size, finalize);
  M* mp = &w->ms[0];
  set_root(w, root_x, new_plain(mp));
  set_root(w, root_y, new_plain(mp));
  void* z = new_plain(mp);
  set_root(w, root_w, new_plain(mp));
  setprofilebucket(mp, root_of(w, root_x), nullptr);
  setfinalizer(mp, root_of(w, root_x), &s->finalizer.pointer_type, &s->finalizer.function);
  setprofilebucket(mp, root_of(w, root_y), nullptr);
  setprofilebucket(mp, z, nullptr);
  setfinalizer(mp, z, &s->finalizer.pointer_type, &s->finalizer.function);
  gogc(mp, 1);
  bind(w);
}

// What an explicit free does to the records of an object.
void free_records(HeapWorld* w, M* mp, void* object) {
  acquirem(mp);
  MSpan* span = mheap_lookup_maybe(w->rt, object);
  mspan_ensure_swept(mp, span);
  freeallspecials(mp, span, object, block_bytes);
  releasem(mp);
}

void thread(Env& env, u32 id) {
  auto* s = static_cast<State*>(env.state);
  HeapWorld* w = &s->world;
  M* mp = enter(w, id);
  if (id == 0) {
    setfinalizer(mp, root_of(w, root_x), &s->finalizer.pointer_type, nullptr);
    sweep_all(mp);
  } else if (id == 1) {
    free_records(w, mp, root_of(w, root_y));
    setprofilebucket(mp, root_of(w, root_w), nullptr);
  } else {
    sweep_all(mp);
  }
  leave(mp);
}

// z is finalized, then freed with its profile record; x, y and w follow.
void finish(Env& env) {
  auto* s = static_cast<State*>(env.state);
  M* mp = enter_again(&s->world);
  runfinq_step(mp);
  for (u32 i = 0; i < root_words; i++) set_root(&s->world, i, nullptr);
  gogc(mp, 2);
  require(s->finalized.load(relaxed) == 1, "finalizer.runs",
          "one finalizer was to run and the other was removed");
  require(s->profile_frees.load(relaxed) == 4, "special.freed_once",
          "four profile records were to be freed");
}

}  // namespace

extern const Scenario specials_scenario;
const Scenario specials_scenario = {
    "specials",
    "profile and finalizer records change while their spans are swept",
    "special_add,finalizer_removed,finalizer_queued,finalizer_run",
    params,
    1,
    thread_count,
    setup,
    thread,
    finish,
    &heap_world_tuning};

}  // namespace scenarios
