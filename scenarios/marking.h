// A runtime for scenarios about marking: what a collection does around its mark phase, in steps
// that a scenario calls one by one, so that only the marking itself is explored.
//
// Threads: start, begin_*, end_*, sweep_all by the code that runs alone; mark by each marker.
#pragma once

#include "runtime_core/gc/mgc.h"
#include "runtime_core/runtime.h"
#include "scenarios/scenario.h"

namespace scenarios {

using runtime_core::M;
using runtime_core::Runtime;
using runtime_core::Type;
using runtime_core::u8;

// Dense masks of roots, two bits a word, and 4-bit masks of types.
inline constexpr u8 mask_one_root[] = {0x02};
inline constexpr u8 mask_two_pointers[] = {0x88};
inline constexpr u8 mask_pointer_number[] = {0x48};
inline constexpr u8 mask_four_pointers[] = {0x88, 0x88};

struct Marking {
  Runtime* rt;
  M* ms;
  u64* roots;  // a registered, conservative root area
  u32 threads;
  u32 root_words;
};

// Starts a runtime whose threads all hold a P.
void start_runtime(Env& env, Marking* m, u32 threads, u32 root_words);
// A struct type with a 4-bit mask; null: no pointers.
Type* make_type(Env& env, u64 size, const u8* mask);
// Makes work buffers in advance, so that markers do not stop to allocate them.
void make_workbufs(Marking* m, u32 count);

// A mutator's pointer store, with its event.
void store_slot(u64 slot, u64 value);
inline void store_root(Marking* m, u32 word, u64 value) {
  store_slot(reinterpret_cast<u64>(&m->roots[word]), value);
}

// The world counts as stopped between begin_mark and end_mark.
void begin_mark(Marking* m, u32 markers);
void begin_checkmark(Marking* m, u32 markers);
// The mark phase with programs running, which the collector does not enter by itself yet: one
// marker, new objects are white, stores of pointers go through writebarrierptr. end_concurrent_mark
// stops the world, in the scenario's own sense, and marks once more from all roots.
void begin_concurrent_mark(Marking* m);
void end_concurrent_mark(Marking* m);
// What one marker does: greys the targets of roots [first, first + words), works until all wait.
void mark_from(Marking* m, u32 id, u32 first, u32 words);
void end_mark(Marking* m);
// Both passes with one marker, roots and all.
void mark_alone(Marking* m);
void checkmark_alone(Marking* m);
void sweep_all(Marking* m);

}  // namespace scenarios
