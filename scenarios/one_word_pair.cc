// one-word-pair: two objects of one word share a byte of the bitmap; two markers reach one each.
#include "scenarios/marking.h"

namespace scenarios {
namespace {

using namespace runtime_core;

constexpr Param params[] = {
    {"checkmark", 0, "1: the two threads run the checkmark pass instead of the normal one", 0, 1},
    {"same", 0, "1: both threads reach the first object", 0, 1},
    {"stale", 0, "1: the second block is free, and its root a stale word", 0, 1}};

u32 thread_count(const Env&) { return 2; }

void setup(Env& env) {
  auto* m = allocate<Marking>(env);
  env.state = m;
  start_runtime(env, m, 2, 2);
  M* mp = &m->ms[0];
  const Type* pointer = make_type(env, ptr_size, mask_one_root);
  const auto first = reinterpret_cast<u64>(newobject(mp, pointer));
  u64 second = first + ptr_size;
  if (env.params[2] == 0) second = reinterpret_cast<u64>(newobject(mp, pointer));
  require(first % 16 == 0 && second == first + 8, "scenario.shape", "the pair shares no byte");
  store_root(m, 0, first);
  if (env.params[2] != 0) {
    m->roots[1] = second;  // left over from something dead: nobody stores it, hence no event
  } else {
    store_root(m, 1, env.params[1] != 0 ? first : second);
  }
  make_workbufs(m, 2);
  flushallmcaches(mp);
  if (env.params[0] == 0) {
    begin_mark(m, 2);
  } else {
    mark_alone(m);
    begin_checkmark(m, 2);
  }
}

void thread(Env& env, u32 id) { mark_from(static_cast<Marking*>(env.state), id, id, 1); }

void finish(Env& env) {
  auto* m = static_cast<Marking*>(env.state);
  end_mark(m);
  if (env.params[0] == 0) checkmark_alone(m);
  sweep_all(m);
}

constexpr Tuning tuning_of_pair{.mheap_map_total_bits = 26,
                                .mutex_active_spin = 0,
                                .mutex_passive_spin = 0,
                                .getfull_procyield_rounds = 0,
                                .getfull_osyield_rounds = 0};

}  // namespace

extern const Scenario one_word_pair_scenario;
const Scenario one_word_pair_scenario = {"one-word-pair",
                                         "two markers on two objects in one byte of the bitmap",
                                         "grey_object,gc_mark_end,span_sweep_end",
                                         params,
                                         3,
                                         thread_count,
                                         setup,
                                         thread,
                                         finish,
                                         &tuning_of_pair};

}  // namespace scenarios
