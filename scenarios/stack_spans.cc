// stack-spans: a thread without a P takes and gives back stack spans while another collects with
// checkmarks, so that the list of all spans moves in the middle of a stopped world.
#include "scenarios/heap_world.h"

namespace scenarios {
namespace {

using namespace runtime_core;

constexpr Param params[] = {
    {"stacks", 1, "stack spans that thread 1 takes", 1, 4},
    {"eager", 0, "1: the sweep is part of the collection", 0, 1},
    {"give_back", 0, "1: thread 1 gives them back", 0, 1},
    {"late", 1, "1: thread 1 waits for the mark phase, or for its end", 0, 1},
    {"pages", 1, "of each; with 32 the heap grows, and its bitmap", 1, 64},
};
enum : u32 { p_stacks, p_eager, p_give_back, p_late, p_pages };

// The list has room for what the setup makes, and for nothing more.
constexpr Tuning make_tuning() {
  Tuning t = {
      .mheap_map_total_bits = 24,
      .heap_alloc_chunk = 1 << 16,
      .grow_round_pages = 1,
      .mutex_active_spin = 0,
      .mutex_passive_spin = 0,
      .getfull_procyield_rounds = 0,
      .getfull_osyield_rounds = 0,
      .checkmark = 1,
      .persistent_chunk = 128 << 10,
      .mem_profile_rate = 0,
      .allspans_initial_bytes = 2 * ptr_size,
      .ncpu = 2,
  };
  return t;
}
const Tuning stack_spans_tuning = make_tuning();

constexpr u32 root_words = 2, stacks_max = 4;

u32 thread_count(const Env&) { return 2; }

// One span, (live, dead).
void setup(Env& env) {
  auto* w = allocate<HeapWorld>(env);
  env.state = w;
  require(env.params[p_stacks] <= stacks_max, "scenario.input", "stacks takes 1 to 4");
  boot(env, w, 2, root_words);
  M* mp = &w->ms[0];
  set_root(w, 0, new_linked(w, mp));
  new_linked(w, mp);
  gogc(mp, 2);
  bind(w);
}

bool is_marking_or_over(HeapWorld* w) {
  if (w->rt->work.gcphase.load(relaxed) != GcPhase::off) return true;
  return w->rt->work.cycles.load(relaxed) > 1;
}

// Gives its P away first: stopping the world does not stop this thread.
void use_stacks(Env& env, HeapWorld* w, M* mp) {
  leave(mp);
  while (env.params[p_late] != 0 && !is_marking_or_over(w)) {
  }
  MSpan* stacks[stacks_max] = {};
  const auto n = static_cast<u32>(env.params[p_stacks]);
  const auto pages = static_cast<uintptr>(env.params[p_pages]);
  for (u32 i = 0; i < n; i++) stacks[i] = mheap_alloc_stack(mp, pages);
  for (u32 i = 0; i < n && env.params[p_give_back] != 0; i++) mheap_free_stack(mp, stacks[i]);
}

void thread(Env& env, u32 id) {
  auto* w = static_cast<HeapWorld*>(env.state);
  M* mp = enter(w, id);
  if (id == 1) {
    use_stacks(env, w, mp);
    return;
  }
  gogc(mp, env.params[p_eager] != 0 ? 2 : 1);
  sweep_all(mp);
  leave(mp);
}

}  // namespace

extern const Scenario stack_spans_scenario;
const Scenario stack_spans_scenario = {
    "stack-spans",
    "stack spans are taken without a P while another thread collects twice",
    "gc_mark_end,sweepgen_bump,span_sweep_end",
    params,
    5,
    thread_count,
    setup,
    thread,
    nullptr,
    &stack_spans_tuning};

}  // namespace scenarios
