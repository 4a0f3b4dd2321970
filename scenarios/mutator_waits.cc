// Operations of mutator-program on channels and semaphores, which the goroutines share as globals.
#include "scenarios/mutator_program.h"

namespace scenarios {
namespace {

using namespace runtime_core;

constexpr Slot handle = local(handle_local);

// func receive_either(a, b chan *pair) *pair { select { case p := <-a: ... case p := <-b: ... } }
constexpr u8 either_words[] = {bits_pointer | bits_pointer << 2 | bits_pointer << 4};
constexpr u32 record_words = select_record_words(2);
constexpr WordMap either_locals = pointers_but(1, record_words);
void either_body(Mutator& m) {
  m.select(local(1), {{SelectKind::receive, argument(0), local(0)},
                      {SelectKind::receive, argument(1), local(0)}});
  m.move(argument(2), local(0));
}
constexpr Function either = {"receive_either",    3,          1 + record_words, 0, either_words,
                             either_locals.bytes, either_body};

void receive_either(Mutator& m, const MutatorOperation& o) {
  u64* channels = program_of(m).roots.channels;
  m.load_global(handle, &channels[o.field]);
  m.load_global(local(passed_local), &channels[o.c]);
  m.call(either, {handle, local(passed_local)}, {slot(o.a)});
}

void run_on_channel(Mutator& m, const MutatorOperation& o) {
  m.load_global(handle, &program_of(m).roots.channels[o.field]);
  switch (o.op) {
    case MutatorOp::send:
      return m.send(handle, slot(o.a));
    case MutatorOp::try_send:
      m.try_send(handle, slot(o.a));
      return;
    case MutatorOp::receive:
      m.receive(handle, slot(o.a));
      return;
    case MutatorOp::try_receive:
      if (!m.try_receive(handle, slot(o.a)).received) m.clear(slot(o.a));
      return;
    default:
      return m.close(handle);
  }
}

}  // namespace

void make_channels(Mutator& m) {
  ProgramState& s = program_of(m);
  for (u32 i = 0; i < s.input->channels; i++) {
    m.make_chan(local(0), s.type[static_cast<u32>(MutatorType::one)], s.input->capacity[i]);
    m.store_global(&s.roots.channels[i], local(0));
  }
  for (u32 i = 0; i < s.input->semaphores; i++) {
    m.alloc(local(0), s.type[static_cast<u32>(MutatorType::leaf)]);
    m.store_number(local(0), 0, s.input->units[i]);
    m.store_global(&s.roots.semaphores[i], local(0));
  }
  m.clear(local(0));
}

void run_waiting(Mutator& m, const MutatorOperation& o) {
  if (o.op == MutatorOp::receive_either) return receive_either(m, o);
  if (o.op != MutatorOp::acquire && o.op != MutatorOp::release) return run_on_channel(m, o);
  m.load_global(handle, &program_of(m).roots.semaphores[o.field]);
  if (o.op == MutatorOp::acquire) return m.semacquire(handle, 0);
  m.semrelease(handle, 0);
}

}  // namespace scenarios
