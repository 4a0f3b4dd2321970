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
extern "C" void __asan_unpoison_memory_region(const volatile void* low, std::size_t bytes);
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

// What a switch hands over; lies on the stack that it leaves.
struct Handover {
  Context* from;
  void* value;
};

void* receive(transfer_t t) {
  const Handover handover = *static_cast<Handover*>(t.data);
  handover.from->place = t.fctx;
  return handover.value;
}

// Entered twice: by make_context, which says what to run, and by the first switch.
void start(transfer_t made) {
  const auto entry = *static_cast<void (**)(void*)>(made.data);
  entry(receive(jump_fcontext(made.fctx, nullptr)));
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
  Context made{jump_fcontext(fresh, &entry).fctx, nullptr};
#ifdef __SANITIZE_THREAD__
  made.fiber = __tsan_create_fiber(0);
#endif
  return made;
}

void* switch_context(Context* from, Context to, void* value) {
#ifdef __SANITIZE_THREAD__
  from->fiber = __tsan_get_current_fiber();
  __tsan_switch_to_fiber(to.fiber, 0);
#endif
  Handover handover{from, value};
  return receive(jump_fcontext(to.place, &handover));
}

void abandon_frames([[maybe_unused]] const void* above) {
#ifdef __SANITIZE_ADDRESS__
  // Their red zones would be taken for those of frames to come. libasan does that for stacks that
  // it knows, which are the threads' own.
  const auto* low = static_cast<const char*>(__builtin_frame_address(0));
  const auto* high = static_cast<const char*>(above);
  __asan_unpoison_memory_region(low, static_cast<std::size_t>(high - low));
#endif
}

}  // namespace runtime_core
