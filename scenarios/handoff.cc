// handoff: one marker holds several grey objects while another waits, and gives half of them away.
#include "scenarios/marking.h"

namespace scenarios {
namespace {

using namespace runtime_core;

constexpr Param params[] = {{"objects", 3, "objects that the hub refers to", 1, 4}};

u32 thread_count(const Env&) { return 2; }

void setup(Env& env) {
  auto* m = allocate<Marking>(env);
  env.state = m;
  start_runtime(env, m, 2, 1);
  M* mp = &m->ms[0];
  const Type* pair = make_type(env, 2 * ptr_size, mask_two_pointers);
  const auto hub =
      reinterpret_cast<u64>(newobject(mp, make_type(env, 4 * ptr_size, mask_four_pointers)));
  for (i64 i = 0; i < env.params[0]; i++) {
    store_slot(hub + static_cast<u64>(i) * ptr_size, reinterpret_cast<u64>(newobject(mp, pair)));
  }
  store_root(m, 0, hub);
  make_workbufs(m, 4);
  flushallmcaches(mp);
  begin_mark(m, 2);
}

void thread(Env& env, u32 id) {
  mark_from(static_cast<Marking*>(env.state), id, 0, id == 0 ? 1 : 0);
}

void finish(Env& env) {
  auto* m = static_cast<Marking*>(env.state);
  end_mark(m);
  checkmark_alone(m);
}

constexpr Tuning tuning_of_handoff{.mheap_map_total_bits = 26,
                                   .workbuf_capacity = 8,
                                   .handoff_threshold = 1,
                                   .mutex_active_spin = 0,
                                   .mutex_passive_spin = 0,
                                   .getfull_procyield_rounds = 0,
                                   .getfull_osyield_rounds = 0};

}  // namespace

extern const Scenario handoff_scenario;
const Scenario handoff_scenario = {"handoff",
                                   "a busy marker gives half its buffer to one that waits",
                                   "workbuf_handoff,gc_mark_end",
                                   params,
                                   1,
                                   thread_count,
                                   setup,
                                   thread,
                                   finish,
                                   &tuning_of_handoff};

}  // namespace scenarios
