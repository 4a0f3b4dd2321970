// What the files of the scenario mutator-program share: its state, and the frame that operations
// run in.
#pragma once

#include "runtime_core/mutator/mutator.h"
#include "scenarios/goroutines.h"
#include "scenarios/mutator_input.h"

namespace scenarios {

struct ProgramState {
  GoWorld world;
  const MutatorInput* input;
  runtime_core::Type* type[mutator_types];
  runtime_core::Type pointer_to[mutator_types];
  Join join;
  // One area of roots.
  struct {
    u64 globals[mutator_globals];
    u64 channels[mutator_channels_max];
    u64 semaphores[mutator_semaphores_max];  // objects whose first word is the count
  } roots;
  runtime_core::Type any;  // interface{}, which a finalizer takes
  runtime_core::FuncVal look, keep[mutator_globals];
};

// Each function of the program has it as its first argument, but for finalizers.
inline ProgramState& program_of(const runtime_core::Mutator& m) {
  return *reinterpret_cast<ProgramState*>(m.number(runtime_core::argument(0)));
}

inline runtime_core::Type* type_of(const runtime_core::Mutator& m, u8 slot_number) {
  return program_of(m).type[static_cast<u32>(mutator_slots[slot_number].type)];
}

// The locals of what runs operations: the slots, a channel or semaphore, what is handed on in a
// call, and three numbers.
inline constexpr u32 handle_local = mutator_slot_count, passed_local = handle_local + 1,
                     state_local = handle_local + 2, begin_local = state_local + 1,
                     end_local = state_local + 2, program_locals = state_local + 3;
// Words of arguments that it has room for in calls.
inline constexpr u32 program_out = 6;
constexpr runtime_core::Slot slot(u32 number) { return runtime_core::local(number); }

// Locals that are pointers but for those from `begin` on, which are `count` numbers.
constexpr runtime_core::WordMap pointers_but(u32 begin, u32 count) {
  using namespace runtime_core;
  WordMap map = pointer_words;
  for (u32 w = begin; w < begin + count; w++) {
    u8& byte = map.bytes[w / pointers_per_byte];
    const u32 shift = w % pointers_per_byte * bits_per_pointer;
    byte = static_cast<u8>((byte & ~(bits_mask << shift)) | bits_scalar << shift);
  }
  return map;
}

// The object whose field the operation is about.
constexpr const MutatorTypeShape& object_shape(const MutatorOperation& o) {
  const u8 object = o.op == MutatorOp::load ? o.b : o.a;
  return mutator_shapes[static_cast<u32>(mutator_slots[object].type)];
}
constexpr MutatorFieldKind field_kind(const MutatorOperation& o) {
  return object_shape(o).field[o.field].kind;
}
constexpr u32 field_word(const MutatorOperation& o) {
  return mutator_field_word(object_shape(o), o.field);
}

// mutator_boxes.cc: operations on fields of several words, and stores of whole values.
void run_on_field(runtime_core::Mutator& m, const MutatorOperation& o);
void assign_value(runtime_core::Mutator& m, const MutatorOperation& o);

// mutator_waits.cc: channels and semaphores. What main makes before all else, in local 0.
void make_channels(runtime_core::Mutator& m);
void run_waiting(runtime_core::Mutator& m, const MutatorOperation& o);

// mutator_finalizers.cc
void make_finalizers(ProgramState* s);
void set_finalizer(runtime_core::Mutator& m, const MutatorOperation& o);

}  // namespace scenarios
