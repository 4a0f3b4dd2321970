// finalizer-queue: thread 0 queues finalizers, as a sweep does, while thread 1 runs them and gives
// the blocks of the queue back.
#include "scenarios/heap_world.h"

namespace scenarios {
namespace {

using namespace runtime_core;

constexpr Param params[] = {
    {"before", 2, "finalizers that are queued before the threads start", 0, 4},
    {"queued", 2, "finalizers that thread 0 queues", 1, 4},
};
enum : u32 { p_before, p_queued };

struct State {
  HeapWorld w;
  FinalizerTypes finalizer;
  alignas(64) std::atomic<u32> ran;
};

u32 thread_count(const Env&) { return 2; }

void finalize(M* mp, void*) {
  static_cast<State*>(mp->rt->hooks.context)->ran.fetch_add(1, seq_cst);
}

void queue(State* s, M* mp, u32 first, i64 count) {
  for (u32 i = first; i < first + count; i++) {
    queuefinalizer(mp, root_of(&s->w, i), &s->finalizer.function, 0, &s->finalizer.pointer_type,
                   &s->finalizer.pointer_type);
  }
}

void setup(Env& env) {
  auto* s = allocate<State>(env);
  env.state = s;
  const auto objects = static_cast<u32>(env.params[p_before] + env.params[p_queued]);
  boot(env, &s->w, 2, objects);
  s->w.rt->hooks.context = s;
  make_finalizer(&s->finalizer, block_bytes, ptr_size, finalize);
  M* mp = &s->w.ms[0];
  fill_roots(&s->w, mp, 0, objects);
  createfing(mp);
  queue(s, mp, 0, env.params[p_before]);
  bind(&s->w);
}

void thread(Env& env, u32 id) {
  auto* s = static_cast<State*>(env.state);
  M* mp = enter(&s->w, id);
  if (id == 0) {
    queue(s, mp, static_cast<u32>(env.params[p_before]), env.params[p_queued]);
    wakefing(mp);
    runtime_exit(mp);
  } else {
    runfinq(mp);
  }
  leave(mp);
}

void finish(Env& env) {
  auto* s = static_cast<State*>(env.state);
  require(s->ran.load(relaxed) == env.params[p_before] + env.params[p_queued], "finalizer.runs",
          "not every queued finalizer ran");
}

}  // namespace

extern const Scenario finalizer_queue_scenario;
const Scenario finalizer_queue_scenario = {
    "finalizer-queue",
    "finalizers are queued while others run and their blocks are given back",
    "finalizer_queued,finalizer_run",
    params,
    2,
    thread_count,
    setup,
    thread,
    finish,
    &heap_world_tuning};

}  // namespace scenarios
