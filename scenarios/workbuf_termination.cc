// workbuf-termination: markers share a small graph through tiny work buffers, and all of them stop
// only when nothing is left to scan.
#include "scenarios/marking.h"

namespace scenarios {
namespace {

using namespace runtime_core;

constexpr u32 leaves = 4;
constexpr Param params[] = {{"markers", 2, "markers; the first one scans the root", 1, 4},
                            {"spare", 6, "empty buffers at the start", 0, 16}};

u32 thread_count(const Env& env) { return static_cast<u32>(env.params[0]); }

// root -> hub -> four leaves; the last leaf -> one more.
void setup(Env& env) {
  auto* m = allocate<Marking>(env);
  env.state = m;
  start_runtime(env, m, thread_count(env), 1);
  M* mp = &m->ms[0];
  const Type* pair = make_type(env, 2 * ptr_size, mask_two_pointers);
  const auto hub =
      reinterpret_cast<u64>(newobject(mp, make_type(env, 4 * ptr_size, mask_four_pointers)));
  u64 last = 0;
  for (u32 i = 0; i < leaves; i++) {
    last = reinterpret_cast<u64>(newobject(mp, pair));
    store_slot(hub + i * ptr_size, last);
  }
  store_slot(last, reinterpret_cast<u64>(newobject(mp, pair)));
  newobject(mp, pair);  // garbage
  store_root(m, 0, hub);
  make_workbufs(m, static_cast<u32>(env.params[1]));
  flushallmcaches(mp);
  begin_mark(m, thread_count(env));
}

// As far as the first one is concerned, marking has ended when it comes back.
void thread(Env& env, u32 id) {
  mark_from(static_cast<Marking*>(env.state), id, 0, id == 0 ? 1 : 0);
  if (id == 0) event(Event::gc_mark_end, env.params[0], 0);
}

void finish(Env& env) {
  auto* m = static_cast<Marking*>(env.state);
  end_mark(m);
  checkmark_alone(m);
  sweep_all(m);
}

// How many buffers there are on a list. A thread's own view of a list that others change may lead
// round in a circle.
constexpr u64 lengths = 16;
u64 length_of(const std::atomic<u64>& head) {
  u64 length = 0;
  for (u64 at = head.load(relaxed); at != 0 && length < lengths - 1; length++) {
    at = reinterpret_cast<const LfNode*>(lfstack_unpack_amd64(at))->next.load(relaxed);
  }
  return length;
}

// The barrier that markers end at, and the work buffers that keep them from it.
u64 coverage(const Env& env) {
  const Work& work = static_cast<const Marking*>(env.state)->rt->work;
  u64 state = work.nwait.load(relaxed) << 3 | work.ndone.load(relaxed);
  for (const auto* list : {&work.full, &work.partial, &work.empty}) {
    state = state * lengths + length_of(*list);
  }
  return state;
}

constexpr Tuning tuning_of_termination{.mheap_map_total_bits = 26,
                                       .workbuf_capacity = 2,
                                       .handoff_threshold = 1,
                                       .mutex_active_spin = 0,
                                       .mutex_passive_spin = 0,
                                       .getfull_procyield_rounds = 0,
                                       .getfull_osyield_rounds = 0};

}  // namespace

extern const Scenario workbuf_termination_scenario;
const Scenario workbuf_termination_scenario = {"workbuf-termination",
                                               "markers with tiny work buffers stop together",
                                               "workbuf_get,workbuf_put,scan_object,gc_mark_end",
                                               params,
                                               2,
                                               thread_count,
                                               setup,
                                               thread,
                                               finish,
                                               &tuning_of_termination,
                                               coverage};

}  // namespace scenarios
