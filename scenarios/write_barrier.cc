// write-barrier: one store of a mutator against one marker, as in the comment above gcmarkwb_m.
// What is stored is white, and the mutator forgets it after that.
#include "scenarios/marking.h"

namespace scenarios {
namespace {

using namespace runtime_core;

// The root holds the holder, the stack what the mutator still knows.
constexpr u32 holder_root = 0, root_words = 1;

struct State {
  Marking marking;
  u64 stack[1];
  u64 holder, white;
};

u32 thread_count(const Env&) { return 2; }

// root -> holder (nil, nil); stack -> white.
void setup(Env& env) {
  auto* s = allocate<State>(env);
  env.state = s;
  Marking* m = &s->marking;
  start_runtime(env, m, 2, root_words);
  M* mutator = &m->ms[1];
  const auto stack = reinterpret_cast<uintptr>(s->stack);
  add_root_area(mutator, RootArea{stack, sizeof(s->stack), nullptr, RootKind::stack});
  const Type* pair = make_type(env, 2 * ptr_size, mask_two_pointers);
  s->holder = reinterpret_cast<u64>(newobject(mutator, pair));
  s->white = reinterpret_cast<u64>(newobject(mutator, pair));
  store_root(m, holder_root, s->holder);
  store_slot(stack, s->white);
  make_workbufs(m, 2);
  begin_concurrent_mark(m);
}

void thread(Env& env, u32 id) {
  auto* s = static_cast<State*>(env.state);
  if (id == 0) {
    mark_from(&s->marking, 0, holder_root, root_words);
    return;
  }
  M* mp = &s->marking.ms[1];
  event(Event::slot_store, s->holder, 0, s->white);
  writebarrierptr(mp, reinterpret_cast<uintptr*>(s->holder), s->white);
  store_slot(reinterpret_cast<u64>(s->stack), 0);
}

void finish(Env& env) {
  Marking* m = &static_cast<State*>(env.state)->marking;
  event(Event::gc_phase, static_cast<u64>(GcPhase::off));
  end_concurrent_mark(m);
  checkmark_alone(m);
  sweep_all(m);
}

constexpr Tuning tuning_of_write_barrier{.mheap_map_total_bits = 26,
                                         .mutex_active_spin = 0,
                                         .mutex_passive_spin = 0,
                                         .getfull_procyield_rounds = 0,
                                         .getfull_osyield_rounds = 0,
                                         .mem_profile_rate = 0};

}  // namespace

extern const Scenario write_barrier_scenario;
const Scenario write_barrier_scenario = {
    "write-barrier",
    "a mutator stores a white object where a marker looks, and forgets it",
    "grey_object,scan_object,slot_store",
    nullptr,
    0,
    thread_count,
    setup,
    thread,
    finish,
    &tuning_of_write_barrier};

}  // namespace scenarios
