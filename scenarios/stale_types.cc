// stale-types: free blocks and an object without pointers whose second words still have the types
// of what died there; the checkmark pass must neither follow them nor leave anything behind.
#include "scenarios/marking.h"

namespace scenarios {
namespace {

using namespace runtime_core;

constexpr Param params[] = {
    {"markers", 2, "markers of the checkmark pass", 1, 2},
    {"hostile", 1, "1: a word without type looks like the address of something dead", 0, 1},
};
enum : u32 { p_markers, p_hostile };

constexpr u32 live_root = 0, plain_root = 1, root_words = 2;

u32 thread_count(const Env& env) { return static_cast<u32>(env.params[p_markers]); }

// Four pairs of pointers, of which one survives; then one of the blocks is used again, without
// pointers, and its second word looks like the address of something dead.
void setup(Env& env) {
  auto* m = allocate<Marking>(env);
  env.state = m;
  start_runtime(env, m, thread_count(env), root_words);
  M* mp = &m->ms[0];
  const Type* pair = make_type(env, 2 * ptr_size, mask_two_pointers);
  store_root(m, live_root, reinterpret_cast<u64>(newobject(mp, pair)));
  for (u32 i = 0; i < 3; i++) newobject(mp, pair);
  mark_alone(m);
  checkmark_alone(m);
  sweep_all(m);
  auto* plain = static_cast<u64*>(mallocgc(mp, 2 * ptr_size, nullptr, flag_no_scan));
  auto* dead = mallocgc(mp, 2 * ptr_size, nullptr, flag_no_scan);
  // A number: no store of a pointer, hence no event.
  if (env.params[p_hostile] != 0) plain[1] = reinterpret_cast<u64>(dead);
  store_root(m, plain_root, reinterpret_cast<u64>(plain));
  make_workbufs(m, 2);
  mark_alone(m);
  begin_checkmark(m, thread_count(env));
}

void thread(Env& env, u32 id) {
  const u32 words = thread_count(env) == 1 ? root_words : 1;
  mark_from(static_cast<Marking*>(env.state), id, id, words);
}

void finish(Env& env) {
  auto* m = static_cast<Marking*>(env.state);
  end_mark(m);
  sweep_all(m);
}

constexpr Tuning tuning_of_stale_types{.mheap_map_total_bits = 26,
                                       .mutex_active_spin = 0,
                                       .mutex_passive_spin = 0,
                                       .getfull_procyield_rounds = 0,
                                       .getfull_osyield_rounds = 0};

}  // namespace

extern const Scenario stale_types_scenario;
const Scenario stale_types_scenario = {"stale-types",
                                       "the checkmark pass over blocks with stale types",
                                       "free_object,scan_object,gc_mark_end",
                                       params,
                                       2,
                                       thread_count,
                                       setup,
                                       thread,
                                       finish,
                                       &tuning_of_stale_types};

}  // namespace scenarios
