// A program of goroutines as flat read-only arrays in host memory, and the language that it is in:
// what its slots are called, and what the objects that they refer to look like.
#pragma once

#include "scenarios/scenario.h"

namespace scenarios {

using runtime_core::u8;

// The types. A field refers to an object of one type, so that no program mistakes one for another.
enum class MutatorType : u8 { one, pair, wide, leaf, count_ };
inline constexpr u32 mutator_types = static_cast<u32>(MutatorType::count_);
struct MutatorTypeShape {
  const char* name;
  u32 bytes;
  u32 fields;  // its first words; what follows is no pointer
  MutatorType field[8];
};
// Two objects of one word share a byte of the bitmap. Objects of 16 bytes without pointers are not
// merged into one block.
// Not inline: the simulated flavour and the host have their own.
constexpr MutatorTypeShape mutator_shapes[mutator_types] = {
    {"one", 8, 1, {MutatorType::pair}},
    {"pair", 16, 2, {MutatorType::pair, MutatorType::one}},
    {"wide",
     64,
     6,
     {MutatorType::pair, MutatorType::pair, MutatorType::one, MutatorType::one, MutatorType::wide,
      MutatorType::leaf}},
    {"leaf", 16, 0, {}},
};

// The pointers of a frame, in its order. The first two are what a call and a new goroutine are
// given, and the first is what a call returns.
struct MutatorSlot {
  const char* name;
  MutatorType type;
};
constexpr MutatorSlot mutator_slots[] = {
    {"pair0", MutatorType::pair}, {"one0", MutatorType::one},   {"pair1", MutatorType::pair},
    {"pair2", MutatorType::pair}, {"one1", MutatorType::one},   {"wide0", MutatorType::wide},
    {"wide1", MutatorType::wide}, {"leaf0", MutatorType::leaf},
};
inline constexpr u32 mutator_slot_count = sizeof(mutator_slots) / sizeof(mutator_slots[0]);
inline constexpr u32 mutator_passed = 2;
inline constexpr u32 mutator_globals = 2;  // global0 and global1 refer to a pair
inline constexpr u32 mutator_goroutines_max = 4;

// An operation on an object through a slot that is nil does nothing.
enum class MutatorOp : u8 {
  create,        // a = new
  clear,         // a = nil
  move,          // a = b
  load,          // a = b.field
  store,         // a.field = b
  store_nil,     // a.field = nil
  load_global,   // a = global `field`
  store_global,  // global `field` = a
  clear_global,  // global `field` = nil
  copy,          // *a = *b
  call,          // a function runs the next `count` operations
  call_deep,     // likewise, in a frame that a small stack has no room for
  spawn,         // starts goroutine `count`
  yield,         // runtime.Gosched
  collect,       // runtime.GC
  system_call,   // one that returns soon
  count_,
};

struct MutatorOperation {
  MutatorOp op;
  u8 a = 0, b = 0;  // slots
  u8 field = 0;     // of the object, or the number of a global
  u32 count = 0;
  bool operator==(const MutatorOperation&) const = default;
};

// Goroutine 0 is main. It starts with the operation first[0] and ends before first[1]; so the
// others. Each of them is started at most once, and calls end where they are made from.
struct MutatorInput {
  u32 goroutines;
  u32 first[mutator_goroutines_max + 1];
  const MutatorOperation* operation;
};

}  // namespace scenarios
