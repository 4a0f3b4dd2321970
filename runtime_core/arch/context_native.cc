// Control stacks natively: mappings with a guard page, and the jumps of Boost.Context.
#include <sys/mman.h>

#include <boost/context/detail/fcontext.hpp>
#include <cstddef>

#include "runtime_core/arch/context.h"

#ifdef __SANITIZE_THREAD__
// The interface of libtsan, which has to be told what a thread's stack is.
extern "C" {
void* __tsan_get_current_fiber();
void* __tsan_create_fiber(unsigned flags);
void __tsan_switch_to_fiber(void* fiber, unsigned flags);
}
#endif
#ifdef __SANITIZE_ADDRESS__
// That of libasan.
extern "C" {
void __sanitizer_start_switch_fiber(void** fake_stack, const void* low, std::size_t bytes);
void __sanitizer_finish_switch_fiber(void* fake_stack, const void** low, std::size_t* bytes);
}
#endif

namespace runtime_core {

namespace {

using boost::context::detail::fcontext_t;
using boost::context::detail::jump_fcontext;
using boost::context::detail::make_fcontext;
using boost::context::detail::transfer_t;

constexpr uintptr guard_bytes = 4096;
// Address space; only what is touched becomes memory.
constexpr uintptr stack_bytes = control_stack_bytes;

// The bounds of a stack that has been left, as the address sanitizer knows it; lies on that stack.
struct Bounds {
  const void* low;
  std::size_t bytes;
  void* fake_stack;
};

// What a switch hands over; lies on the stack that it leaves.
struct Handover {
  Context* from;
  void* value;
};

// On the stack that is entered, with its own bounds.
void* receive(transfer_t t, [[maybe_unused]] const Bounds& own) {
  const Handover handover = *static_cast<Handover*>(t.data);
  handover.from->place = t.fctx;
#ifdef __SANITIZE_ADDRESS__
  auto* left = static_cast<Bounds*>(handover.from->fiber);
  __sanitizer_finish_switch_fiber(own.fake_stack, &left->low, &left->bytes);
#endif
  return handover.value;
}

// Entered twice: by make_context, which says what to run, and by the first switch.
void start(transfer_t made) {
  const auto entry = *static_cast<void (**)(void*)>(made.data);
  Bounds own{};
  entry(receive(jump_fcontext(made.fctx, &own), own));
  __builtin_trap();
}

}  // namespace

uintptr new_control_stack() {
  void* low = mmap(nullptr, stack_bytes, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (low == MAP_FAILED || mprotect(low, guard_bytes, PROT_NONE) != 0) return 0;
  return reinterpret_cast<uintptr>(low) + stack_bytes;
}

Context make_context(uintptr top, void (*entry)(void* value)) {
  const fcontext_t fresh =
      make_fcontext(reinterpret_cast<void*>(top), stack_bytes - guard_bytes, start);
  const transfer_t started = jump_fcontext(fresh, &entry);
  Context made{started.fctx, nullptr};
#ifdef __SANITIZE_THREAD__
  made.fiber = __tsan_create_fiber(0);
#elif defined(__SANITIZE_ADDRESS__)
  const uintptr low = top - (stack_bytes - guard_bytes);
  auto* bounds = static_cast<Bounds*>(started.data);
  *bounds = {reinterpret_cast<void*>(low), stack_bytes - guard_bytes, nullptr};
  made.fiber = bounds;
#endif
  return made;
}

void* switch_context(Context* from, Context to, void* value) {
#ifdef __SANITIZE_THREAD__
  from->fiber = __tsan_get_current_fiber();
  __tsan_switch_to_fiber(to.fiber, 0);
#endif
  Bounds own{};
#ifdef __SANITIZE_ADDRESS__
  from->fiber = &own;
  const auto* entered = static_cast<const Bounds*>(to.fiber);
  __sanitizer_start_switch_fiber(&own.fake_stack, entered->low, entered->bytes);
#endif
  Handover handover{from, value};
  return receive(jump_fcontext(to.place, &handover), own);
}

}  // namespace runtime_core
