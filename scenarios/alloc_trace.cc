// alloc-trace: a recorded program's allocations, deaths and collections on P processors, with the
// background sweeper, lazy sweeps and allocators at work on the unswept spans.
#include "runtime_core/gc/mgc.h"
#include "runtime_core/heap/mheap.h"
#include "runtime_core/os/os.h"
#include "runtime_core/runtime.h"
#include "runtime_core/sched/sched.h"
#include "scenarios/alloc_input.h"
#include "scenarios/threads.h"

namespace scenarios {
namespace {

using namespace runtime_core;

constexpr Param params[] = {
    {"sweep_every", 8, "allocations between two steps of the background sweeper; 0: never"},
};

struct State {
  Runtime* rt;  // first: natively the command line looks at its statistics
  M* ms;
  u64* roots;
  alignas(64) std::atomic<u32> arrived;    // meetings that processors came to, summed up
  alignas(64) std::atomic<u32> collected;  // collections done
};

u32 thread_count(const Env& env) { return env.procs; }

const AllocInput& input_of(const Env& env) { return *static_cast<const AllocInput*>(env.input); }

// Of an object that is older than the trace.
void hide_allocation(M*, void*, uintptr, const Type*) {}

void show_allocation(M*, void* p, uintptr size, const Type*) {
  event(Event::user, alloc_record_allocate, reinterpret_cast<u64>(p), size);
}

void show_free(M*, void* p, uintptr size) {
  event(Event::user, alloc_record_free, reinterpret_cast<u64>(p), size);
}

// Called for each of the two passes of a collection with checkmarks.
void show_collection(M* mp) {
  if (!mp->rt->work.checkmark) event(Event::user, alloc_record_collect);
}

void store_root(State& s, u32 slot, u64 value) {
  // Release publishes the object to the marker's acquire load.
  std::atomic_ref<u64> root(s.roots[slot]);
  const u64 old = root.load(relaxed);
  event(Event::slot_store, reinterpret_cast<u64>(&s.roots[slot]), old, value);
  root.store(value, release);
}

// Recorded sizes are those of size classes. What is smaller than 16 bytes holds a pointer, else
// the allocator would merge it with its neighbours.
void allocate_object(const AllocInput& in, State& s, M* mp, const AllocInputObject& object) {
  const Type* type = object.pointers ? in.pointer_type : nullptr;
  const void* p = mallocgc(mp, object.size, type, object.pointers ? 0 : flag_no_scan);
  store_root(s, object.slot, reinterpret_cast<u64>(p));
}

void setup(Env& env) {
  require(env.input != nullptr, "scenario.input", "alloc-trace needs --input FILE");
  auto* s = allocate<State>(env);
  env.state = s;
  s->rt = allocate<Runtime>(env);
  s->ms = allocate<M>(env, env.procs);
  const AllocInput& in = input_of(env);
  s->roots = allocate<u64>(env, static_cast<u32>(in.slots + 1));
  if (in.record) {
    s->rt->hooks.tracealloc = hide_allocation;
    s->rt->hooks.tracefree = show_free;
    s->rt->hooks.tracegc = show_collection;
  }
  start_threads(env, s->rt, s->ms, env.procs);
  for (u32 i = 0; i < env.procs; i++) mstart1(&s->ms[i]);
  // Only the recorded collections: thread 0 enables them one by one.
  s->rt->stats.enablegc.store(false, relaxed);
  add_root_area(&s->ms[0], RootArea{reinterpret_cast<uintptr>(s->roots), in.slots * 8, nullptr,
                                    RootKind::data});
  if (in.record) s->rt->debug.allocfreetrace = 1;
  // Their frees will be in the run's own trace without an allocation, as in the recorded one.
  for (u64 i = 0; i < in.first_object[0]; i++) allocate_object(in, *s, &s->ms[0], in.object[i]);
  if (in.record) s->rt->hooks.tracealloc = show_allocation;
}

// The share of processor `id` between two collections. The last one is the background sweeper too.
void allocate_share(const Env& env, State& s, M* mp, u32 id, u32 segment) {
  const AllocInput& in = input_of(env);
  const u64 sweep_every = id + 1 == env.procs ? static_cast<u64>(env.params[0]) : 0;
  u64 until_sweep = sweep_every;
  for (u64 i = in.first_object[segment]; i < in.first_object[segment + 1]; i++) {
    const AllocInputObject& object = in.object[i];
    if (object.goroutine % env.procs != id) continue;
    allocate_object(in, s, mp, object);
    safepoint(mp);
    if (until_sweep == 0) continue;
    if (--until_sweep > 0) continue;
    bgsweep_step(mp);
    until_sweep = sweep_every;
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

void collect(const Env& env, State& s, M* mp, u32 pass) {
  const AllocInput& in = input_of(env);
  wait_for(mp, s.arrived, (pass + 1) * env.procs);
  for (u64 i = in.first_death[pass]; i < in.first_death[pass + 1]; i++) {
    store_root(s, in.deaths[i], 0);
  }
  s.rt->stats.enablegc.store(true, relaxed);
  gogc(mp, 1);
  s.rt->stats.enablegc.store(false, relaxed);
  s.collected.store(pass + 1, seq_cst);
}

void thread(Env& env, u32 id) {
  State& s = *static_cast<State*>(env.state);
  const AllocInput& in = input_of(env);
  M* mp = &s.ms[id];
  mp->g = &mp->program;
  for (u32 pass = 0; pass < in.passes; pass++) {
    allocate_share(env, s, mp, id, pass);
    s.arrived.fetch_add(1, seq_cst);
    if (id == 0) {
      collect(env, s, mp, pass);
    } else {
      wait_for(mp, s.collected, pass + 1);
    }
  }
  allocate_share(env, s, mp, id, in.passes);
}

// The allocator's own statistics must agree with the trace.
void finish(Env& env) {
  State& s = *static_cast<State*>(env.state);
  const AllocInput& in = input_of(env);
  M* mp = &s.ms[0];
  mp->g = &mp->g0;
  finishsweep(mp);
  updatememstats(mp, nullptr);
  const MStats& stats = s.rt->stats;
  require(stats.nmalloc == in.objects, "alloc.accounting",
          "the runtime's count of allocations is not that of the trace");
  require(stats.nfree == in.frees, "alloc.accounting",
          "the runtime's count of frees is not that of the trace");
  require(stats.heap_objects == in.objects - in.frees, "alloc.accounting",
          "the runtime's count of objects is not that of the trace");
}

}  // namespace

extern const Scenario alloc_trace_scenario;
const Scenario alloc_trace_scenario = {
    "alloc-trace",
    "a real program's allocations, deaths and collections on P processors",
    "alloc,free_object,gc_mark_end,span_sweep_end",
    params,
    1,
    thread_count,
    setup,
    thread,
    finish};

}  // namespace scenarios
