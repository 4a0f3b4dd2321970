// Operations of mutator-program on fields of several words, and stores of whole values: each in a
// function of its own, whose frame holds the words.
#include "scenarios/mutator_program.h"

namespace scenarios {
namespace {

using namespace runtime_core;

// func on_field(s *State, at int, object, other *T) *U, for operation `at`
enum Argument : u32 { state_arg, at_arg, object_arg, other_arg, result_arg, argument_count };
static_assert(argument_count <= program_out);
constexpr u8 argument_words[] = {
    bits_scalar | bits_scalar << 2 | bits_pointer << 4 | bits_pointer << 6, bits_pointer};
constexpr Slot object = argument(object_arg), other = argument(other_arg),
               result = argument(result_arg);

// An interface is the first two of them, a string the next two, and a slice three.
enum Local : u32 { type_local, pointer_local, length_local, capacity_local, field_locals };
constexpr WordMap field_words = pointers_but(length_local, 2);
constexpr Slot type_word = local(type_local), pointer = local(pointer_local),
               length = local(length_local), capacity = local(capacity_local);

void store_words(Mutator& m, MutatorFieldKind kind, u32 word) {
  switch (kind) {
    case MutatorFieldKind::interface:
      return m.store_interface(object, word, type_word);
    case MutatorFieldKind::slice:
      return m.store_slice(object, word, pointer);
    default:
      return m.store_string(object, word, pointer);
  }
}

// object.field = other.field
void store_field(Mutator& m, MutatorFieldKind kind, u32 word) {
  if (kind == MutatorFieldKind::interface) {
    m.load(type_word, other, word);
    m.load(pointer, other, word + 1);
  } else {
    m.load(pointer, other, word);
    m.set_number(length, m.load_number(other, word + 1));
  }
  if (kind == MutatorFieldKind::slice) m.set_number(capacity, m.load_number(other, word + 2));
  store_words(m, kind, word);
}

// object.field = other, []*pair{other} or string(other)
void store(Mutator& m, MutatorFieldKind kind, u32 word) {
  ProgramState& s = program_of(m);
  if (kind == MutatorFieldKind::slice) {
    m.alloc_array(pointer, s.type[static_cast<u32>(MutatorType::one)], 1);
    m.store(pointer, 0, other);
    m.set_number(length, 1);
    m.set_number(capacity, 1);
  } else {
    m.move(pointer, other);
    m.set_number(length, mutator_shapes[static_cast<u32>(MutatorType::leaf)].bytes);
  }
  if (kind == MutatorFieldKind::interface) {
    const Type& type = s.pointer_to[static_cast<u32>(MutatorType::pair)];
    m.set_number(type_word, reinterpret_cast<u64>(&type));
  }
  store_words(m, kind, word);
}

void store_nil(Mutator& m, MutatorFieldKind kind, u32 word) {
  m.store_nil(object, word);
  if (kind == MutatorFieldKind::interface) return m.store_nil(object, word + 1);
  m.store_number(object, word + 1, 0);
  if (kind == MutatorFieldKind::slice) m.store_number(object, word + 2, 0);
}

// result = object.(*pair), object[len(object)-1] or the bytes of the string
void load(Mutator& m, MutatorFieldKind kind, u32 word) {
  if (kind != MutatorFieldKind::slice) {
    return m.load(result, object, kind == MutatorFieldKind::interface ? word + 1 : word);
  }
  const u64 len = m.load_number(object, word + 1);
  if (len == 0) return;
  m.load(pointer, object, word);
  m.load(result, pointer, static_cast<u32>(len) - 1);
}

void on_field_body(Mutator& m) {
  ProgramState& s = program_of(m);
  const MutatorOperation& o = s.input->operation[m.number(argument(at_arg))];
  const MutatorFieldKind kind = field_kind(o);
  const u32 word = field_word(o);
  switch (o.op) {
    case MutatorOp::load:
      return load(m, kind, word);
    case MutatorOp::store:
      return store(m, kind, word);
    case MutatorOp::store_nil:
      return store_nil(m, kind, word);
    case MutatorOp::store_field:
      return store_field(m, kind, word);
    default:  // append
      return m.append(object, word, s.type[static_cast<u32>(MutatorType::one)], other, type_word);
  }
}
constexpr Function on_field = {"on_field",     argument_count,    field_locals, 0,
                               argument_words, field_words.bytes, on_field_body};

// func assign(type *Type, to, from *T) { *to = *from }
constexpr u32 value_words_max = 8;
constexpr u8 assign_words[] = {bits_scalar | bits_pointer << 2 | bits_pointer << 4};
void assign_body(Mutator& m) {
  const auto* type = reinterpret_cast<const Type*>(m.number(argument(0)));
  for (u32 w = 0; w < type->size / ptr_size; w++) m.load(local(w), argument(2), w);
  m.store_value(argument(1), type, local(0));
}
constexpr Function assign = {"assign",   3, value_words_max, 0, assign_words, pointer_words.bytes,
                             assign_body};

}  // namespace

void run_on_field(Mutator& m, const MutatorOperation& o) {
  const bool loads = o.op == MutatorOp::load;
  const Slot to = slot(o.a), from = slot(o.b);
  if (m.is_nil(loads ? from : to)) return;
  if (o.op == MutatorOp::store_field && m.is_nil(from)) return;
  const ProgramState& s = program_of(m);
  m.set_number(local(state_local), reinterpret_cast<u64>(&s));
  m.set_number(local(begin_local), static_cast<u64>(&o - s.input->operation));
  if (loads) {
    return m.call(on_field, {local(state_local), local(begin_local), from, from}, {to});
  }
  m.call(on_field, {local(state_local), local(begin_local), to, from});
}

void assign_value(Mutator& m, const MutatorOperation& o) {
  if (m.is_nil(slot(o.a)) || m.is_nil(slot(o.b))) return;
  m.set_number(local(state_local), reinterpret_cast<u64>(type_of(m, o.a)));
  m.call(assign, {local(state_local), slot(o.a), slot(o.b)});
}

}  // namespace scenarios
