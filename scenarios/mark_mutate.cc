// mark-mutate: a marker scans a black-to-be object while a mutator allocates, fills and publishes a
// new one through the write barrier.
#include "runtime_core/heap/mheap.h"
#include "scenarios/marking.h"

namespace scenarios {
namespace {

using namespace runtime_core;

constexpr Param params[] = {
    {"one_word", 0, "1: the new object has one word and shares its byte with an old one", 0, 1},
    {"second", 0, "1: the mutator takes and drops another block first", 0, 1},
    {"carve", 0, "1: the new object is the first of its span", 0, 1},
    {"stale", 0, "1: a root holds a stale word, an address that the heap is about to grow over", 0,
     1},
    {"black", 0, "1: new objects are black, as while marking terminates", 0, 1},
    {"tiny", 0, "1: the mutator first fills a tiny block, behind which the new object lies", 0, 1},
};
enum : u32 { p_one_word, p_second, p_carve, p_stale, p_black, p_tiny };

// One chunk is one chunk of the bitmap, so that growth maps more of it.
constexpr uintptr chunk_bytes = 128 << 10;
constexpr u32 holder_root = 0, stale_root = 1, root_words = 2;

struct State {
  Marking marking;
  const Type* type;  // of the new object
  u64 holder, white;
  bool is_black;  // the new object
};

u32 thread_count(const Env&) { return 2; }

// holder -> (nil, neighbour); `white` is known to the mutator alone, like a word of its stack.
void setup(Env& env) {
  auto* s = allocate<State>(env);
  env.state = s;
  Marking* m = &s->marking;
  start_runtime(env, m, 2, root_words);
  M* mutator = &m->ms[1];
  const Type* pair = make_type(env, 2 * ptr_size, mask_two_pointers);
  const Type* pointer = make_type(env, ptr_size, mask_one_root);
  s->type = env.params[p_one_word] != 0 ? pointer : pair;
  if (env.params[p_carve] != 0) s->type = make_type(env, 4 * ptr_size, mask_four_pointers);
  s->holder = reinterpret_cast<u64>(newobject(mutator, pair));
  s->white = reinterpret_cast<u64>(newobject(mutator, pair));
  const auto neighbour = reinterpret_cast<u64>(newobject(mutator, pointer));
  require(neighbour % 16 == 0, "scenario.shape", "the neighbour shares no byte with the next");
  store_slot(s->holder + ptr_size, neighbour);
  store_root(m, holder_root, s->holder);
  // Left over from something dead; what comes to lie there is kept for as long as the word is.
  if (env.params[p_stale] != 0) {
    store_root(m, stale_root, m->rt->heap.arena_start + chunk_bytes + page_size);
  }
  make_workbufs(m, 3);
  begin_concurrent_mark(m);
  s->is_black = env.params[p_black] != 0;
  if (s->is_black) m->rt->work.gcphase.store(GcPhase::marktermination, relaxed);
}

void publish(State* s, M* mp) {
  const auto fresh = reinterpret_cast<u64>(newobject(mp, s->type));
  // Filling a white object that nobody has seen needs no barrier.
  store_slot(fresh, s->white);
  if (s->is_black) writebarrierptr(mp, reinterpret_cast<uintptr*>(fresh), s->white);
  event(Event::slot_store, s->holder, 0, fresh);
  writebarrierptr(mp, reinterpret_cast<uintptr*>(s->holder), fresh);
}

void thread(Env& env, u32 id) {
  auto* s = static_cast<State*>(env.state);
  if (id == 0) {
    mark_from(&s->marking, 0, holder_root, root_words);
  } else {
    M* mp = &s->marking.ms[1];
    mp->g = &mp->program;
    if (env.params[p_stale] != 0) mallocgc(mp, chunk_bytes, nullptr, flag_no_scan | flag_no_zero);
    for (i64 i = 0; i < 2 * env.params[p_tiny]; i++) mallocgc(mp, ptr_size, nullptr, flag_no_scan);
    if (env.params[p_second] != 0) newobject(mp, s->type);
    publish(s, mp);
  }
}

void finish(Env& env) {
  Marking* m = &static_cast<State*>(env.state)->marking;
  end_concurrent_mark(m);
  checkmark_alone(m);
  sweep_all(m);
}

constexpr Tuning tuning_of_mark_mutate{.mheap_map_total_bits = 26,
                                       .heap_alloc_chunk = chunk_bytes,
                                       .grow_round_pages = 1,
                                       .mutex_active_spin = 0,
                                       .mutex_passive_spin = 0,
                                       .getfull_procyield_rounds = 0,
                                       .getfull_osyield_rounds = 0,
                                       .mem_profile_rate = 0};

}  // namespace

extern const Scenario mark_mutate_scenario;
const Scenario mark_mutate_scenario = {
    "mark-mutate",
    "a mutator publishes a new object while a marker scans what holds it",
    "grey_object,scan_object,slot_store",
    params,
    6,
    thread_count,
    setup,
    thread,
    finish,
    &tuning_of_mark_mutate};

}  // namespace scenarios
