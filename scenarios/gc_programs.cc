// gc-programs: types whose pointers are given by a program. Two threads allocate the same type and
// race to unroll it; or its words are written in place. The marker then must find every child.
#include "runtime_core/heap/malloc.h"
#include "scenarios/marking.h"

namespace scenarios {
namespace {

using namespace runtime_core;

constexpr Param params[] = {
    {"repeats", 2, "elements (number, pointer) behind the pointer at the beginning", 1, 7},
    {"in_place", 0, "1: the program is unrolled into the bitmap, not into a mask", 0, 1}};
enum : u32 { p_repeats, p_in_place };

constexpr u32 threads = 2, program_bytes = 24, mask_bytes = 32, repeats_max = 7;

struct State {
  Marking marking;
  Type program_type;
  const Type* leaf;
  u8 program[program_bytes];
  alignas(8) u8 mask[mask_bytes];  // flag byte, then four bits a word
};

u32 thread_count(const Env&) { return threads; }

// A pointer, then `repeats` times a scalar and a pointer: an odd number of words.
void make_program(State* s, u8 repeats) {
  const u8 code[] = {ins_data,
                     1,
                     bits_pointer,
                     ins_array,
                     repeats,
                     0,
                     0,
                     0,
                     0,
                     0,
                     0,
                     0,
                     ins_data,
                     2,
                     bits_scalar | bits_pointer << 2,
                     ins_array_end,
                     ins_end};
  static_assert(sizeof(code) <= program_bytes);
  for (u32 i = 0; i < sizeof(code); i++) s->program[i] = code[i];
  Type& t = s->program_type;
  t.size = (1 + 2 * u64{repeats}) * ptr_size;
  t.align = ptr_size;
  t.kind = kind_struct | kind_gc_prog;
  t.gc[0] = reinterpret_cast<uintptr>(s->mask);
  t.gc[1] = reinterpret_cast<uintptr>(s->program);
}

// What mallocgc does for a type that is too large for a mask, done for a small one.
u64 allocate_in_place(State* s, M* mp) {
  const uintptr size0 = s->program_type.size;
  const auto p = reinterpret_cast<u64>(mallocgc(mp, size0, nullptr, flag_no_scan));
  uintptr base = 0, size = 0;
  MSpan* span = nullptr;
  require(find_object(mp, reinterpret_cast<void*>(p), &base, &size, &span), "scenario.shape",
          "a new object is in no span");
  unrollgcproginplace(mp, p, size, size0, &s->program_type);
  return p;
}

u64 allocate_object(const Env& env, State* s, M* mp) {
  if (env.params[p_in_place] != 0) return allocate_in_place(s, mp);
  return reinterpret_cast<u64>(newobject(mp, &s->program_type));
}

// Every pointer word gets a child of its own; every scalar word the address of something dead.
void fill(const Env& env, State* s, M* mp, u64 object) {
  const u32 words = 1 + 2 * static_cast<u32>(env.params[p_repeats]);
  for (u32 word = 0; word < words; word++) {
    const auto leaf = reinterpret_cast<u64>(newobject(mp, s->leaf));
    if (word % 2 == 0) {
      store_slot(object + word * ptr_size, leaf);
    } else {
      std::atomic_ref<u64>(reinterpret_cast<u64*>(object)[word]).store(leaf, relaxed);
    }
  }
}

void setup(Env& env) {
  auto* s = allocate<State>(env);
  env.state = s;
  require(env.params[p_repeats] >= 1 && env.params[p_repeats] <= repeats_max, "scenario.input",
          "repeats takes 1 to 7");
  make_program(s, static_cast<u8>(env.params[p_repeats]));
  start_runtime(env, &s->marking, threads, threads);
  s->leaf = make_type(env, 2 * ptr_size, mask_two_pointers);
  // Spans in both caches, so that the threads race for the program and not for the heap.
  for (u32 i = 0; i < threads; i++) {
    M* mp = &s->marking.ms[i];
    mallocgc(mp, s->program_type.size, nullptr, flag_no_scan);
    newobject(mp, s->leaf);
    mp->g = &mp->program;
  }
}

void thread(Env& env, u32 id) {
  auto* s = static_cast<State*>(env.state);
  M* mp = &s->marking.ms[id];
  const u64 object = allocate_object(env, s, mp);
  store_root(&s->marking, id, object);
}

void finish(Env& env) {
  auto* s = static_cast<State*>(env.state);
  Marking* m = &s->marking;
  for (u32 i = 0; i < threads; i++) fill(env, s, &m->ms[i], m->roots[i]);
  mark_alone(m);
  checkmark_alone(m);
  sweep_all(m);
}

constexpr Tuning tuning_of_gc_programs{.mheap_map_total_bits = 26,
                                       .mutex_active_spin = 0,
                                       .mutex_passive_spin = 0,
                                       .getfull_procyield_rounds = 0,
                                       .getfull_osyield_rounds = 0,
                                       .mem_profile_rate = 0};

}  // namespace

extern const Scenario gc_programs_scenario;
const Scenario gc_programs_scenario = {"gc-programs",
                                       "types described by programs, unrolled by two threads",
                                       "alloc,scan_object,free_object",
                                       params,
                                       2,
                                       thread_count,
                                       setup,
                                       thread,
                                       finish,
                                       &tuning_of_gc_programs};

}  // namespace scenarios
