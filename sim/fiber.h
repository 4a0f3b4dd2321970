// Fibers: Boost.Context stacks inside the simulated memory, with a guard page below each.
#pragma once

#include <boost/context/detail/fcontext.hpp>
#include <cstdint>

#include "sim/space.h"

namespace sim {

inline constexpr std::uint64_t fiber_stack_bytes = 256 << 10;
inline constexpr std::uint64_t guard_bytes = 4096;

using boost::context::detail::transfer_t;

// Every switch hands over the place where the receiver stores the sender's context.
inline void store_sender(transfer_t t) {
  if (t.data != nullptr) *static_cast<void**>(t.data) = t.fctx;
}

template <void (*entry)()>
void enter(transfer_t t) {
  store_sender(t);
  entry();
  __builtin_trap();
}

struct Fiber {
  std::uint64_t low = 0;  // lowest usable address; the guard page ends here
  std::uint64_t top = 0;
  void* context = nullptr;        // saved stack pointer while the machine lets others run
  std::uint32_t saved_epoch = 0;  // epoch in which the stack was last journaled

  void create(Space& space);
  // Prepares the fiber to run `entry` when first resumed.
  template <void (*entry)()>
  void start() {
    context = boost::context::detail::make_fcontext(reinterpret_cast<void*>(top), fiber_stack_bytes,
                                                    enter<entry>);
    saved_epoch = 0;
  }
  void save(Space& space) { save(space, context); }
  // The same for a stack whose live part starts at `sp`.
  void save(Space& space, void* sp) {
    if (saved_epoch == space.epoch()) return;
    saved_epoch = space.epoch();
    space.save_stack(reinterpret_cast<std::uint64_t>(sp), top, &context);
  }
  // Bytes of the stack that were ever used.
  std::uint64_t high_water() const;
};

// A switch makes every return that was predicted wrong, so the frames that it leaves and enters are
// few: what calls it up to the hooks is inlined.
#define TRICOLOR_INLINE [[gnu::always_inline]] inline

// Suspends the caller into *from and continues `to`. The target must not be running.
TRICOLOR_INLINE void switch_context(void** from, void* to) {
  using boost::context::detail::fcontext_t;
  store_sender(boost::context::detail::jump_fcontext(static_cast<fcontext_t>(to), from));
}

}  // namespace sim
