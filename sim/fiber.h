// Fibers: Boost.Context stacks inside the simulated memory, with a guard page below each.
#pragma once

#include <cstdint>

#include "sim/space.h"

namespace sim {

inline constexpr std::uint64_t fiber_stack_bytes = 256 << 10;
inline constexpr std::uint64_t guard_bytes = 4096;

struct Fiber {
  std::uint64_t low = 0;  // lowest usable address; the guard page ends here
  std::uint64_t top = 0;
  void* context = nullptr;        // saved stack pointer while not running
  std::uint32_t saved_epoch = 0;  // epoch in which the stack was last journaled

  void create(Space& space);
  // Prepares the fiber to run `entry` when first resumed.
  void start(void (*entry)());
  void save(Space& space) {
    if (saved_epoch == space.epoch()) return;
    saved_epoch = space.epoch();
    space.save_stack(reinterpret_cast<std::uint64_t>(context), top, &context);
  }
  // Bytes of the stack that were ever used.
  std::uint64_t high_water() const;
};

// Suspends the caller into *from and continues `to`. The target must not be running.
void switch_context(void** from, void* to);

}  // namespace sim
