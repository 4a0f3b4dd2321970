// sweep-two-cycles: a collection starts while a sweeper is at work on what the previous one left.
#include "scenarios/heap_world.h"

namespace scenarios {
namespace {

using namespace runtime_core;

constexpr Param params[] = {
    {"collections", 1, "collections that thread 1 starts", 0, 1000},
    {"allocations", 1, "blocks that thread 1 allocates after each", 0, 1000},
    {"helpers", 0, "threads that do nothing but help to mark", 0, 2},
};
constexpr u32 programs = 2;  // threads with one

constexpr u32 live_root = 0, linked_root = 4, new_root = 5, root_words = 16;
constexpr u64 child_stamp = 99;

u32 thread_count(const Env& env) { return programs + static_cast<u32>(env.params[2]); }

// Three spans, (live, dead), (live, dead) and (linked, its child), not swept yet.
void setup(Env& env) {
  auto* w = allocate<HeapWorld>(env);
  env.state = w;
  boot(env, w, thread_count(env), root_words);
  M* mp = &w->ms[0];
  fill_roots(w, mp, live_root, 4);
  for (u32 i = 0; i < 4; i += 2) stamp(root_of(w, live_root + i), live_root + i);
  for (u32 i = 1; i < 4; i += 2) set_root(w, live_root + i, nullptr);
  set_root(w, linked_root, new_linked(w, mp));
  void* child = new_plain(mp);
  stamp(child, child_stamp);
  set_slot(static_cast<u64*>(root_of(w, linked_root)), child);
  gogc(mp, 1);
  bind(w);
}

void collect(Env& env, HeapWorld* w, M* mp) {
  u32 root = new_root;
  for (i64 i = 0; i < env.params[0]; i++) {
    gogc(mp, 1);
    for (i64 n = 0; n < env.params[1] && root < root_words; n++, root++) {
      void* p = new_plain(mp);
      stamp(p, root);
      set_root(w, root, p);
      safepoint(mp);
    }
  }
}

void thread(Env& env, u32 id) {
  auto* w = static_cast<HeapWorld*>(env.state);
  M* mp = enter(w, id);
  if (id >= programs) return m_exit_to_idle(mp);
  if (id == 1) collect(env, w, mp);
  sweep_all(mp);
  if (id == 1 && w->threads > programs) runtime_exit(mp);
  leave(mp);
}

void finish(Env& env) {
  auto* w = static_cast<HeapWorld*>(env.state);
  gogc(enter_again(w), 2);
  for (u32 i = 0; i < root_words; i++) {
    void* p = root_of(w, i);
    if (p == nullptr) continue;
    if (i == linked_root) {
      void* child = reinterpret_cast<void*>(*static_cast<u64*>(p));
      require(stamp_of(child) == child_stamp, "alloc.single_owner", "a live block was overwritten");
      continue;
    }
    require(stamp_of(p) == i, "alloc.single_owner", "a live block was overwritten");
  }
}

}  // namespace

extern const Scenario sweep_two_cycles_scenario;
const Scenario sweep_two_cycles_scenario = {"sweep-two-cycles",
                                            "a collection starts while a sweeper is at work",
                                            "sweepgen_bump,free_object,span_sweep_end",
                                            params,
                                            3,
                                            thread_count,
                                            setup,
                                            thread,
                                            finish,
                                            &heap_world_tuning};

}  // namespace scenarios
