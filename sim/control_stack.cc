// Control stacks: where the frames of goroutines lie, and a thread's switch from one to another.
//
// A switch is the program's own: no step, and nobody else runs. The machine follows it, since a
// stack is saved before it is written, and a thread that is not running has its place on the stack
// that it was on. Store buffers, clocks and waiting loops belong to threads and stay with them.
#include "runtime_core/arch/context.h"
#include "sim/machine.h"

namespace sim {

namespace {

static_assert(fiber_stack_bytes == runtime_core::control_stack_bytes);

// What a switch hands over; lies on the stack that it leaves.
struct Handover {
  void** from;
  void* value;
};

void* receive_handover(transfer_t t) {
  const Handover handover = *static_cast<Handover*>(t.data);
  *handover.from = t.fctx;
  return handover.value;
}

// The words above a fresh context; the first is what it runs.
constexpr std::uint64_t header_bytes = 16;

void start_on_stack(transfer_t t) {
  void* value = receive_handover(t);
  const std::uint64_t header = the_machine->running_stack().top - header_bytes;
  (*reinterpret_cast<void (**)(void*)>(header))(value);
  __builtin_trap();
}

}  // namespace

std::uint64_t Machine::new_stack() {
  if (kernel->stacks == stacks.size()) return 0;
  return stacks[space.mut(*kernel).stacks++].top;
}

void* Machine::make_context(std::uint64_t top, void (*entry)(void* value)) {
  const std::uint64_t header = top - header_bytes;
  *reinterpret_cast<void (**)(void*)>(header) = entry;
  return boost::context::detail::make_fcontext(reinterpret_cast<void*>(header),
                                               fiber_stack_bytes - header_bytes, start_on_stack);
}

void* Machine::switch_stack(void** from, void* to, void* value) {
  const std::uint64_t index = name_of(reinterpret_cast<std::uint64_t>(to)) - 1;
  const std::uint64_t count = options.threads + 1 + kernel->stacks;
  if (!is_on_stack(reinterpret_cast<std::uint64_t>(to)) || index >= count) {
    violate("sched.g_on_one_m", "a switch to what is no stack");
  }
  Fiber& target = index <= options.threads ? fibers[index] : stacks[index - options.threads - 1];
  for (std::uint32_t t = 0; t <= options.threads; t++) {
    if (on[t] != &target) continue;
    violate("sched.g_on_one_m",
            "a switch to the stack that thread " + std::to_string(t) + " is on");
  }
  awaits.progress(hot->current);
  target.save(space, to);
  space.mut(on[hot->current]) = &target;
  Handover handover{from, value};
  using boost::context::detail::fcontext_t;
  using boost::context::detail::jump_fcontext;
  return receive_handover(jump_fcontext(static_cast<fcontext_t>(to), &handover));
}

}  // namespace sim
