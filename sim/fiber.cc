// Stacks of fibers.
#include "sim/fiber.h"

#include <sys/mman.h>

namespace sim {
void Fiber::create(Space& space) {
  char* p = static_cast<char*>(space.allocate_region(fiber_stack_bytes + guard_bytes, guard_bytes));
  mprotect(p, guard_bytes, PROT_NONE);
  low = reinterpret_cast<std::uint64_t>(p) + guard_bytes;
  top = low + fiber_stack_bytes;
}

std::uint64_t Fiber::high_water() const {
  for (std::uint64_t at = low; at < top; at += 8) {
    if (*reinterpret_cast<const std::uint64_t*>(at) != 0) return top - at;
  }
  return 0;
}

}  // namespace sim
