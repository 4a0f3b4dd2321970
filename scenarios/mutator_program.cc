// mutator-program: goroutines that run a written or generated program, which may collect.
#include "scenarios/mutator_program.h"

#include "scenarios/marking.h"

namespace scenarios {
namespace {

using namespace runtime_core;

constexpr Param params[] = {
    {"threads", 2, "Ms, each with a thread, and as many Ps", 1, 4},
    // Each start of the world may find that an M that helped is not idle yet.
    {"late", 8, "threads that the scheduler may start for more Ms", 1, 16},
};

u32 thread_count(const Env& env) { return static_cast<u32>(env.params[0]); }
// With those who sweep and run finalizers.
u32 goroutine_count(const Env&) { return mutator_goroutines_max + 2; }

// What runs operations is given where they are, and the first slots; it returns the first slot.
enum Argument : u32 { state_arg, begin_arg, end_arg, slots_arg, result_arg = 5, argument_count };
static_assert(slots_arg + mutator_passed == result_arg && argument_count <= program_out);
constexpr u8 argument_words[] = {
    bits_scalar | bits_scalar << 2 | bits_scalar << 4 | bits_pointer << 6,
    bits_pointer | bits_pointer << 2};
constexpr WordMap program_words = pointers_but(state_local, program_locals - state_local);

void run_operations(Mutator& m);
constexpr Function run = {"run",          argument_count,      program_locals, program_out,
                          argument_words, program_words.bytes, run_operations};

// The same in a frame that the stack which a goroutine begins with has no room for.
constexpr u32 deep_count = 227;
constexpr Function run_deep = {"run_deep",     argument_count,      deep_count,    program_out,
                               argument_words, program_words.bytes, run_operations};

// What a goroutine runs. Nothing but the slots keeps what it is given.
void goroutine_body(Mutator& m) {
  run_operations(m);
  join_done(m.g(), &program_of(m).join);
}
constexpr Function goroutine = {"goroutine",    argument_count,      program_locals, program_out,
                                argument_words, program_words.bytes, goroutine_body};

void say_range(Mutator& m, u32 begin, u32 end) {
  m.set_number(local(state_local), m.number(argument(state_arg)));
  m.set_number(local(begin_local), begin);
  m.set_number(local(end_local), end);
}

void start(Mutator& m, u32 number) {
  ProgramState& s = program_of(m);
  lock(m.m(), &s.join.lock);
  s.join.left++;
  unlock(m.m(), &s.join.lock);
  say_range(m, s.input->first[number], s.input->first[number + 1]);
  m.spawn(goroutine,
          {local(state_local), local(begin_local), local(end_local), local(0), local(1)});
}

void call(Mutator& m, const Function& f, u32 begin, u32 end) {
  say_range(m, begin, end);
  m.call(f, {local(state_local), local(begin_local), local(end_local), local(0), local(1)},
         {local(0)});
}

void run_on_object(Mutator& m, const MutatorOperation& o) {
  const Slot a = slot(o.a), b = slot(o.b);
  switch (o.op) {
    case MutatorOp::load:
      if (!m.is_nil(b)) m.load(a, b, field_word(o));
      break;
    case MutatorOp::store:
      if (!m.is_nil(a)) m.store(a, field_word(o), b);
      break;
    case MutatorOp::store_nil:
      if (!m.is_nil(a)) m.store_nil(a, field_word(o));
      break;
    case MutatorOp::store_atomic:
      if (!m.is_nil(a)) m.store_atomic(a, field_word(o), b);
      break;
    case MutatorOp::swap:
      if (!m.is_nil(a)) m.compare_and_swap(a, field_word(o), b, slot(o.c));
      break;
    default:  // copy
      if (!m.is_nil(a) && !m.is_nil(b)) m.copy(a, b, type_of(m, o.a), 1);
  }
}

void run_elsewhere(Mutator& m, const MutatorOperation& o) {
  switch (o.op) {
    case MutatorOp::spawn:
      return start(m, o.count);
    case MutatorOp::yield:
      return m.yield();
    case MutatorOp::collect:
      return m.collect();
    case MutatorOp::system_call:
      return m.system_call();
    case MutatorOp::finalize:
    case MutatorOp::finalize_keep:
    case MutatorOp::finalize_nil:
      return set_finalizer(m, o);
    default:
      return run_waiting(m, o);
  }
}

void run_on_heap(Mutator& m, const MutatorOperation& o) {
  switch (o.op) {
    case MutatorOp::load:
    case MutatorOp::store:
    case MutatorOp::store_nil:
      if (field_kind(o) == MutatorFieldKind::pointer) return run_on_object(m, o);
      return run_on_field(m, o);
    case MutatorOp::store_field:
    case MutatorOp::append:
      return run_on_field(m, o);
    case MutatorOp::assign:
      return assign_value(m, o);
    default:
      return run_on_object(m, o);
  }
}

void run_one(Mutator& m, const MutatorOperation& o) {
  u64* globals = program_of(m).roots.globals;
  switch (o.op) {
    case MutatorOp::create:
      return m.alloc(slot(o.a), type_of(m, o.a));
    case MutatorOp::clear:
      return m.clear(slot(o.a));
    case MutatorOp::move:
      return m.move(slot(o.a), slot(o.b));
    case MutatorOp::load_global:
      return m.load_global(slot(o.a), &globals[o.field]);
    case MutatorOp::store_global:
      return m.store_global(&globals[o.field], slot(o.a));
    case MutatorOp::clear_global:
      return m.clear_global(&globals[o.field]);
    default:
      return o.op < MutatorOp::spawn ? run_on_heap(m, o) : run_elsewhere(m, o);
  }
}

// func run(s *State, begin, end int, pair0 *pair, one0 *one) *pair
void run_operations(Mutator& m) {
  for (u32 i = 0; i < mutator_passed; i++) {
    m.move(slot(i), argument(slots_arg + i));
    m.clear(argument(slots_arg + i));
  }
  const auto end = static_cast<u32>(m.number(argument(end_arg)));
  for (auto at = static_cast<u32>(m.number(argument(begin_arg))); at < end; at++) {
    const MutatorOperation& o = program_of(m).input->operation[at];
    if (o.op == MutatorOp::call || o.op == MutatorOp::call_deep) {
      call(m, o.op == MutatorOp::call ? run : run_deep, at + 1, at + 1 + o.count);
      at += o.count;
    } else {
      run_one(m, o);
    }
  }
  m.move(argument(result_arg), slot(0));
}

// func main(s *State)
constexpr u8 main_words[] = {bits_pointer | bits_pointer << 2 | bits_scalar << 4 | bits_scalar << 6,
                             bits_scalar};
void main_body(Mutator& m) {
  ProgramState& s = program_of(m);
  make_channels(m);
  m.set_number(local(2), m.number(argument(0)));
  m.set_number(local(3), s.input->first[0]);
  m.set_number(local(4), s.input->first[1]);
  m.call(run, {local(2), local(3), local(4), local(0), local(1)});
  join_wait(m.g(), &s.join);
}
constexpr Function main_function = {"main",     1,        5, program_out, scalar_words.bytes,
                                    main_words, main_body};

// What the words of a field are; how many there are says mutator_field_words.
struct FieldBits {
  u8 word[3];
};
FieldBits bits_of(MutatorFieldKind kind) {
  if (kind == MutatorFieldKind::interface) return {{bits_interface, bits_pointer}};
  return {{bits_pointer, bits_scalar, bits_scalar}};
}

// Four bits a word, two words a byte; an odd mask comes twice.
Type* make_shape(Env& env, const MutatorTypeShape& shape) {
  const u32 words = shape.bytes / ptr_size;
  u8* mask = allocate<u8>(env, words);
  u32 next = 0;
  const auto add = [&](u32 bits) {
    for (u32 w = next; w < (words == 1 ? 2 : next + 1); w++) {
      mask[w / 2] = static_cast<u8>(mask[w / 2] | bits << 2 << (w % 2 * 4));
    }
    next++;
  };
  for (u32 f = 0; f < shape.fields; f++) {
    const MutatorFieldKind kind = shape.field[f].kind;
    const FieldBits bits = bits_of(kind);
    for (u32 w = 0; w < mutator_field_words[static_cast<u32>(kind)]; w++) add(bits.word[w]);
  }
  while (next < words) add(bits_scalar);
  Type* type = make_type(env, shape.bytes, mask);
  type->name = shape.name;
  if (shape.fields == 0) type->kind |= kind_no_pointers;
  return type;
}

void setup(Env& env) {
  require(env.input != nullptr, "scenario.input", "mutator-program needs --input FILE");
  auto* s = allocate<ProgramState>(env);
  env.state = s;
  s->input = static_cast<const MutatorInput*>(env.input);
  for (u32 t = 0; t < mutator_types; t++) s->type[t] = make_shape(env, mutator_shapes[t]);
  make_finalizers(s);
  const uintptr args[] = {reinterpret_cast<uintptr>(s)};
  boot_go_main(env, &s->world, thread_count(env), main_function, args, 1);
  s->world.rt->hooks.context = s;
  const auto roots = reinterpret_cast<uintptr>(&s->roots);
  add_root_area(&s->world.ms[0], RootArea{roots, sizeof(s->roots), nullptr, RootKind::data});
}

void thread(Env& env, u32 id) { run_goroutines(&static_cast<ProgramState*>(env.state)->world, id); }

void finish(Env&) {}

}  // namespace

extern const Scenario mutator_program_scenario;
const Scenario mutator_program_scenario = {
    .name = "mutator-program",
    .description = "goroutines run the program of the input, and collect",
    .reaches = "",
    .params = params,
    .param_count = 2,
    .thread_count = thread_count,
    .setup = setup,
    .thread = thread,
    .finish = finish,
    .tuning = &collecting_tuning,
    .late_thread_count = late_thread_count,
    .goroutine_count = goroutine_count};

}  // namespace scenarios
