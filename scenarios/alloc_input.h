// A recorded allocation trace as flat read-only arrays in host memory.
#pragma once

#include "runtime_core/heap/type.h"
#include "scenarios/scenario.h"

namespace scenarios {

// What the recorded allocation of an object becomes.
struct AllocInputObject {
  u64 size;       // bytes that are asked for
  u64 goroutine;  // allocates on processor `goroutine` mod P
  u32 slot;       // the root that keeps the object alive
  u32 dies;       // the collection, from 0, that finds it dead; `passes` or more: none
  bool pointers;  // else the object is free of pointers
};

// Objects in the order of the trace, after those that are older than it: of them it only shows that
// they are freed, so they are there before it begins, objects 0 up to first_object[0]. Between
// collections k - 1 and k those from first_object[k] up to first_object[k + 1] are allocated;
// collection k finds the roots deaths[first_death[k]] up to deaths[first_death[k + 1]] empty.
struct AllocInput {
  u64 objects;
  const AllocInputObject* object;
  u32 collections;  // that the trace recorded
  u32 passes;       // collections to run: one more if objects died after the last recorded one
  const u64* first_object;  // passes + 2 entries
  const u64* first_death;   // passes + 1 entries
  const u32* deaths;        // slots
  u64 frees;                // objects that die, older ones among them
  u64 slots;
  const runtime_core::Type* pointer_type;  // of one word
  bool record;                             // the run shows its own trace as events
};

// Event::user of a recording run: a says what, b is the address, c the bytes.
inline constexpr u64 alloc_record_allocate = 0x616c6c6f63, alloc_record_free = 0x66726565,
                     alloc_record_collect = 0x6763;

}  // namespace scenarios
