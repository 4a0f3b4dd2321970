// The finalizers of mutator-program: one looks at its object, the others save it in a global.
#include "scenarios/finalizers.h"
#include "scenarios/mutator_program.h"

namespace scenarios {
namespace {

using namespace runtime_core;

// func look(object interface{})
constexpr u8 interface_words[] = {bits_scalar | bits_pointer << 2};
constexpr Function look = {"look", 2, 1, 0, interface_words, pointer_words.bytes, [](Mutator& m) {
                             m.load(local(0), argument(1), 0);
                           }};

// func keep(object *pair) { global = object }
template <u32 global>
constexpr Function keep = {"keep", 1, 0, 0, pointer_words.bytes, nullptr, [](Mutator& m) {
                             auto& s = *static_cast<ProgramState*>(m.m()->rt->hooks.context);
                             m.store_global(&s.roots.globals[global], argument(0));
                           }};
static_assert(mutator_globals == 2);

}  // namespace

void make_finalizers(ProgramState* s) {
  s->any.size = 2 * ptr_size;
  s->any.kind = kind_interface;
  for (u32 t = 0; t < mutator_types; t++) make_pointer_type(&s->pointer_to[t], s->type[t]);
  make_finalizer(&s->look, &s->any, &look);
  Type* pair = &s->pointer_to[static_cast<u32>(MutatorType::pair)];
  make_finalizer(&s->keep[0], pair, &keep<0>);
  make_finalizer(&s->keep[1], pair, &keep<1>);
}

void set_finalizer(Mutator& m, const MutatorOperation& o) {
  if (m.is_nil(slot(o.a))) return;
  ProgramState& s = program_of(m);
  Type* type = &s.pointer_to[static_cast<u32>(mutator_slots[o.a].type)];
  FuncVal* f = o.op == MutatorOp::finalize        ? &s.look
               : o.op == MutatorOp::finalize_keep ? &s.keep[o.field]
                                                  : nullptr;
  m.try_set_finalizer(slot(o.a), type, f);
}

}  // namespace scenarios
