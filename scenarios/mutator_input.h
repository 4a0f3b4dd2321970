// A program of goroutines as flat read-only arrays in host memory, and the language that it is in:
// what its slots are called, and what the objects that they refer to look like.
#pragma once

#include "scenarios/scenario.h"

namespace scenarios {

using runtime_core::u8;

// The types. A field refers to objects of one type, so that no program mistakes one for another.
enum class MutatorType : u8 { one, pair, wide, leaf, box, count_ };
inline constexpr u32 mutator_types = static_cast<u32>(MutatorType::count_);

// A field is one word or several.
enum class MutatorFieldKind : u8 { pointer, interface, slice, string };
constexpr u32 mutator_field_words[] = {1, 2, 3, 2};
struct MutatorField {
  MutatorType type;  // of what it refers to
  MutatorFieldKind kind;
  constexpr MutatorField(MutatorType t = MutatorType::one,
                         MutatorFieldKind k = MutatorFieldKind::pointer)
      : type(t), kind(k) {}
};
struct MutatorTypeShape {
  const char* name;
  u32 bytes;
  u32 fields;  // what its words begin with; what follows is no pointer
  MutatorField field[8];
};
// Two objects of one word share a byte of the bitmap. Objects of 16 bytes without pointers are not
// merged into one block. Fields of several words would be torn by goroutines that race: a box
// belongs to one goroutine, which is why no field of another type and no global refers to it.
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
    {"box",
     64,
     4,
     {{MutatorType::pair, MutatorFieldKind::interface},
      {MutatorType::pair, MutatorFieldKind::slice},
      {MutatorType::leaf, MutatorFieldKind::string},
      MutatorType::box}},
};

// The word of the object that a field begins with.
constexpr u32 mutator_field_word(const MutatorTypeShape& shape, u32 field) {
  u32 word = 0;
  for (u32 f = 0; f < field; f++)
    word += mutator_field_words[static_cast<u32>(shape.field[f].kind)];
  return word;
}

// The pointers of a frame, in its order. The first two are what a call and a new goroutine are
// given, and the first is what a call returns.
struct MutatorSlot {
  const char* name;
  MutatorType type;
};
constexpr MutatorSlot mutator_slots[] = {
    {"pair0", MutatorType::pair}, {"one0", MutatorType::one},   {"pair1", MutatorType::pair},
    {"pair2", MutatorType::pair}, {"one1", MutatorType::one},   {"wide0", MutatorType::wide},
    {"wide1", MutatorType::wide}, {"leaf0", MutatorType::leaf}, {"box0", MutatorType::box},
    {"box1", MutatorType::box},
};
inline constexpr u32 mutator_slot_count = sizeof(mutator_slots) / sizeof(mutator_slots[0]);
inline constexpr u32 mutator_passed = 2;
inline constexpr u32 mutator_globals = 2;  // global0 and global1 refer to a pair
inline constexpr u32 mutator_goroutines_max = 4;
inline constexpr u32 mutator_channels_max = 4, mutator_semaphores_max = 4;

// An operation on an object through a slot that is nil does nothing.
enum class MutatorOp : u8 {
  create,          // a = new
  clear,           // a = nil
  move,            // a = b
  load,            // a = b.field: what an interface holds, the last element of a slice
  store,           // a.field = b: what an interface holds, a slice of one element
  store_nil,       // a.field = nil
  store_field,     // a.field = b.field, of several words
  store_atomic,    // atomic.StorePointer(&a.field, b)
  swap,            // atomic.CompareAndSwapPointer(&a.field, b, c)
  append,          // a.field = append(a.field, b), where the field is the slice of a box
  load_global,     // a = global `field`
  store_global,    // global `field` = a
  clear_global,    // global `field` = nil
  copy,            // *a = *b, as the elements of a slice are copied
  assign,          // *a = *b, as a value is stored
  call,            // a function runs the next `count` operations
  call_deep,       // likewise, in a frame that a small stack has no room for
  spawn,           // starts goroutine `count`
  yield,           // runtime.Gosched
  collect,         // runtime.GC
  system_call,     // one that returns soon
  finalize,        // a finalizer that looks at the object a, if it has none
  finalize_keep,   // likewise, one that stores it to global `field`
  finalize_nil,    // no finalizer
  send,            // channel `field` <- a
  try_send,        // likewise, unless it would wait
  receive,         // a = <-channel `field`
  receive_either,  // a select: of channel `field` or c
  try_receive,     // a = nil if it would wait
  close,           // channel `field`
  acquire,         // of semaphore `field`
  release,
  count_,
};

struct MutatorOperation {
  MutatorOp op;
  u8 a = 0, b = 0, c = 0;  // slots; c may be a channel
  u8 field = 0;            // of the object, or the number of a global, channel or semaphore
  u32 count = 0;
  bool operator==(const MutatorOperation&) const = default;
};

// Goroutine 0 is main. It starts with the operation first[0] and ends before first[1]; so the
// others. Each of them is started at most once, and calls end where they are made from.
struct MutatorInput {
  u32 goroutines;
  u32 first[mutator_goroutines_max + 1];
  const MutatorOperation* operation;
  u32 channels, semaphores;
  u32 capacity[mutator_channels_max];  // of each channel, which carries pairs
  u32 units[mutator_semaphores_max];   // that each semaphore has at first
};

}  // namespace scenarios
