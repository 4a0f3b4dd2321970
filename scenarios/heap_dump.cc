// heap-dump: rebuilds a dumped heap object by object on P processors, collects it with P markers,
// and lets the background sweeper, lazy sweeps and allocators race on the unswept spans.
#include "runtime_core/gc/mgc.h"
#include "runtime_core/heap/special.h"
#include "runtime_core/os/os.h"
#include "runtime_core/runtime.h"
#include "runtime_core/sched/sched.h"
#include "scenarios/heap_input.h"
#include "scenarios/threads.h"

namespace scenarios {
namespace {

using namespace runtime_core;

constexpr Param params[] = {
    {"churn", 64, "objects that each processor allocates while the heap is swept"},
    {"churn_bytes", 32, "bytes of each of them"},
    {"forget_roots", 0, "1: store no roots, so that the checker must report lost objects", 0, 1},
};

struct State {
  HeapDumpView view;
  Runtime* rt;
  M* ms;
  u64* roots;
  alignas(64) std::atomic<u32> allocated;  // threads that finished the first phase
  alignas(64) std::atomic<u32> linked;     // ... and the second
  alignas(64) std::atomic<u32> collected;  // set by thread 0
};

u32 thread_count(const Env& env) { return env.procs; }

const HeapInput& input_of(const Env& env) { return *static_cast<const HeapInput*>(env.input); }

void setup(Env& env) {
  require(env.input != nullptr, "scenario.input", "heap-dump needs --input FILE");
  auto* s = allocate<State>(env);
  env.state = s;
  s->rt = allocate<Runtime>(env);
  s->ms = allocate<M>(env, env.procs);
  const HeapInput& in = input_of(env);
  s->view.address = allocate<u64>(env, static_cast<u32>(in.objects));
  s->roots = allocate<u64>(env, static_cast<u32>(in.roots + 1));
  start_threads(env, s->rt, s->ms, env.procs);
  for (u32 i = 0; i < env.procs; i++) mstart1(&s->ms[i]);
  // Nothing collects before the whole heap stands.
  s->rt->stats.next_gc.store(no_goal, relaxed);
  s->rt->stats.enablegc.store(true, relaxed);
  add_root_area(&s->ms[0], RootArea{reinterpret_cast<uintptr>(s->roots), in.roots * 8, nullptr,
                                    RootKind::data});
  s->view.arena_start = s->rt->heap.arena_start;
  s->view.rt = s->rt;
  s->view.roots = s->roots;
}

u64 address_of(const State& s, const HeapInputWord& word) {
  return word.target == no_object ? 0 : s.view.address[word.target] + word.interior;
}

void store_slot(u64 slot, u64 value) {
  event(Event::slot_store, slot, 0, value);  // every slot is stored once
  // Release publishes what the object holds to the marker's acquire load.
  std::atomic_ref<u64>(*reinterpret_cast<u64*>(slot)).store(value, release);
}

void allocate_share(Env& env, State& s, M* mp, u32 id) {
  const HeapInput& in = input_of(env);
  for (u64 i = id; i < in.objects; i += env.procs) {
    const Type* type = in.type[i];
    void* p = mallocgc(mp, in.size[i], type, type == nullptr ? flag_no_scan : 0);
    s.view.address[i] = reinterpret_cast<u64>(p);
  }
}

void link_share(Env& env, State& s, M* mp, u32 id) {
  const HeapInput& in = input_of(env);
  for (u64 i = id; i < in.objects; i += env.procs) {
    for (u64 f = in.first_field[i]; f < in.first_field[i + 1]; f++) {
      const u64 value = address_of(s, in.fields[f].word);
      if (value != 0) store_slot(s.view.address[i] + in.fields[f].offset, value);
    }
  }
  for (u64 r = id; r < in.roots && env.params[2] == 0; r += env.procs) {
    store_slot(reinterpret_cast<u64>(&s.roots[r]), address_of(s, in.root[r]));
  }
  for (u64 f = id; f < in.finalizers; f += env.procs) {
    const HeapInputFinalizer& finalizer = in.finalizer[f];
    if (finalizer.object.target == no_object) continue;
    auto* function = reinterpret_cast<FuncVal*>(address_of(s, finalizer.function));
    auto* object = reinterpret_cast<void*>(address_of(s, finalizer.object));
    if (finalizer.queued) {
      queuefinalizer(mp, object, function, 0, nullptr, nullptr);
    } else {
      addfinalizer(mp, object, function, 0, nullptr, nullptr);
    }
  }
}

// A processor that waits stays ready to be stopped.
void wait_for(M* mp, std::atomic<u32>& counter, u32 value) {
  for (;;) {
    const u32 now = counter.load(seq_cst);
    if (now >= value) return;
    safepoint(mp);
    procyield(10);
    // Natively it may sit on the processor that the others need.
    if constexpr (!simulated) osyield();
  }
}

void sweep_all(M* mp) {
  while (bgsweep_step(mp)) {
  }
}

void churn(Env& env, M* mp) {
  const auto bytes = static_cast<uintptr>(env.params[1]);
  for (i64 i = 0; i < env.params[0]; i++) mallocgc(mp, bytes, nullptr, flag_no_scan);
}

void thread(Env& env, u32 id) {
  State& s = *static_cast<State*>(env.state);
  M* mp = &s.ms[id];
  mp->g = &mp->program;
  allocate_share(env, s, mp, id);
  s.allocated.fetch_add(1, seq_cst);
  wait_for(mp, s.allocated, env.procs);
  link_share(env, s, mp, id);
  s.linked.fetch_add(1, seq_cst);
  wait_for(mp, s.linked, env.procs);
  if (id == 0) {
    gogc(mp, 1);
    s.rt->stats.enablegc.store(false, relaxed);
    if (s.view.marked != nullptr) s.view.marked(s.view);
    s.collected.store(1, seq_cst);
  } else {
    wait_for(mp, s.collected, 1);
  }
  // The last processor is the background sweeper; the others allocate, and sweep as they go.
  if (id + 1 == env.procs) sweep_all(mp);
  churn(env, mp);
}

void finish(Env& env) {
  State& s = *static_cast<State*>(env.state);
  M* mp = &s.ms[0];
  mp->g = &mp->g0;
  finishsweep(mp);
}

}  // namespace

extern const Scenario heap_dump_scenario;
const Scenario heap_dump_scenario = {
    "heap-dump",
    "a real program's heap, rebuilt, marked and swept on P processors",
    "gc_mark_begin,gc_mark_end,grey_object,span_sweep_end",
    params,
    3,
    thread_count,
    setup,
    thread,
    finish};

}  // namespace scenarios
