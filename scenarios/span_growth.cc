// span-growth: the heap grows, and with it the span table and the list of all spans, while another
// thread collects and sweeps what it saw of them.
#include "scenarios/heap_world.h"

namespace scenarios {
namespace {

using namespace runtime_core;

constexpr Param params[] = {
    {"blocks", 3, "blocks that thread 1 allocates", 0, 1000},
    {"block_bytes", 8192, "bytes of each; above 32768 each is a span of its own", 16, 1 << 20},
    {"collections", 1, "collections by thread 0 before it sweeps", 0, 1000},
};
enum : u32 { p_blocks, p_block_bytes, p_collections };

// Every second span does not fit: four entries, then six, then nine; a page more each time.
constexpr Tuning make_tuning() {
  Tuning t = {
      .mheap_map_total_bits = 24,
      .heap_alloc_chunk = page_size,
      .grow_round_pages = 1,
      .mutex_active_spin = 0,
      .mutex_passive_spin = 0,
      .getfull_procyield_rounds = 0,
      .getfull_osyield_rounds = 0,
      .checkmark = 0,
      .persistent_chunk = 128 << 10,
      .mem_profile_rate = 0,
      .allspans_initial_bytes = 2 * ptr_size,
      .ncpu = 2,
  };
  return t;
}
const Tuning span_growth_tuning = make_tuning();

constexpr u32 live_root = 0, new_root = 4, root_words = 16;

u32 thread_count(const Env&) { return 2; }

// Two spans, (live, dead) and (dead, dead).
void setup(Env& env) {
  auto* w = allocate<HeapWorld>(env);
  env.state = w;
  boot(env, w, 2, root_words);
  M* mp = &w->ms[0];
  fill_roots(w, mp, live_root, 4);
  for (u32 i = 1; i < 4; i++) set_root(w, live_root + i, nullptr);
  gogc(mp, 1);
  bind(w);
}

void grow(Env& env, HeapWorld* w, M* mp) {
  const auto bytes = static_cast<uintptr>(env.params[p_block_bytes]);
  for (i64 i = 0; i < env.params[p_blocks]; i++) {
    void* p = mallocgc(mp, bytes, nullptr, flag_no_scan);
    const u32 root = new_root + static_cast<u32>(i) % (root_words - new_root);
    stamp(p, root);
    set_root(w, root, p);
    safepoint(mp);
  }
}

void thread(Env& env, u32 id) {
  auto* w = static_cast<HeapWorld*>(env.state);
  M* mp = enter(w, id);
  if (id == 0) {
    for (i64 i = 0; i < env.params[p_collections]; i++) gogc(mp, 1);
    sweep_all(mp);
  } else {
    grow(env, w, mp);
  }
  leave(mp);
}

void finish(Env& env) {
  auto* w = static_cast<HeapWorld*>(env.state);
  gogc(enter_again(w), 2);
  for (u32 i = new_root; i < root_words; i++) {
    void* p = root_of(w, i);
    if (p == nullptr) continue;
    require(stamp_of(p) == i, "alloc.single_owner", "a live block was overwritten");
  }
}

}  // namespace

extern const Scenario span_growth_scenario;
const Scenario span_growth_scenario = {"span-growth",
                                       "the heap grows while another thread collects and sweeps",
                                       "heap_grow,sweepgen_bump,span_sweep_end",
                                       params,
                                       3,
                                       thread_count,
                                       setup,
                                       thread,
                                       finish,
                                       &span_growth_tuning};

}  // namespace scenarios
