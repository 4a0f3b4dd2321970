// large-objects: objects of several pages, each a span of its own, held by inner pointers, while
// one thread allocates and the other collects and sweeps.
#include "scenarios/heap_world.h"

namespace scenarios {
namespace {

using namespace runtime_core;

constexpr Param params[] = {
    {"allocations", 1, "objects that thread 1 allocates", 1, 4},
    {"pages", 5, "pages of each; more than four are a large object", 5, 64},
    {"collections", 1, "collections by thread 0 before it sweeps", 0, 1000},
};
enum : u32 { p_allocations, p_pages, p_collections };

constexpr u32 old_root = 0, new_root = 2, root_words = 8;

u32 thread_count(const Env&) { return 2; }

uintptr bytes_of(const Env& env) { return static_cast<uintptr>(env.params[p_pages]) * page_size; }

u64* last_word(Env& env, u64 object) {
  return reinterpret_cast<u64*>(object + bytes_of(env) - ptr_size);
}

// A root holds the address of a word in the middle: only the span table knows the object.
u64 inner_address(const Env& env, u64 object) { return object + bytes_of(env) / 2 + ptr_size; }

u64 object_of(const Env& env, u64 inner) { return inner - bytes_of(env) / 2 - ptr_size; }

void keep(Env& env, HeapWorld* w, M* mp, u32 root) {
  const auto object = reinterpret_cast<u64>(mallocgc(mp, bytes_of(env), nullptr, flag_no_scan));
  event(Event::touch, object);
  *reinterpret_cast<u64*>(object) = root;
  *last_word(env, object) = root;
  set_root(w, root, reinterpret_cast<void*>(inner_address(env, object)));
}

void setup(Env& env) {
  auto* w = allocate<HeapWorld>(env);
  env.state = w;
  boot(env, w, 2, root_words);
  require(env.params[p_allocations] <= 4 && env.params[p_pages] >= 5, "scenario.input",
          "allocations takes 1 to 4, pages 5 and more");
  M* mp = &w->ms[0];
  keep(env, w, mp, old_root);
  keep(env, w, mp, old_root + 1);
  set_root(w, old_root + 1, nullptr);
  gogc(mp, 1);
  bind(w);
}

void thread(Env& env, u32 id) {
  auto* w = static_cast<HeapWorld*>(env.state);
  M* mp = enter(w, id);
  if (id == 0) {
    for (i64 i = 0; i < env.params[p_collections]; i++) gogc(mp, 1);
    sweep_all(mp);
  } else {
    for (u32 i = 0; i < static_cast<u32>(env.params[p_allocations]); i++) {
      keep(env, w, mp, new_root + i);
      safepoint(mp);
    }
  }
  leave(mp);
}

void finish(Env& env) {
  auto* w = static_cast<HeapWorld*>(env.state);
  gogc(enter_again(w), 2);
  for (u32 i = 0; i < root_words; i++) {
    const auto inner = reinterpret_cast<u64>(root_of(w, i));
    if (inner == 0) continue;
    const u64 object = object_of(env, inner);
    event(Event::touch, object);
    require(*reinterpret_cast<u64*>(object) == i && *last_word(env, object) == i,
            "alloc.single_owner", "a live large object was overwritten");
  }
}

}  // namespace

extern const Scenario large_objects_scenario;
const Scenario large_objects_scenario = {
    "large-objects",
    "objects of several pages behind inner pointers, allocated, collected and swept",
    "free_object,free_span,span_alloc,span_sweep_end",
    params,
    3,
    thread_count,
    setup,
    thread,
    finish,
    &heap_world_tuning};

}  // namespace scenarios
