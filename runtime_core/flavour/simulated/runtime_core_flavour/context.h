// Simulated flavour of runtime_core/arch/context.h: the simulator owns the stacks and follows every
// switch.
#pragma once

#include "runtime_core/base.h"

extern "C" {
std::uint64_t tricolor_new_stack();
void* tricolor_make_context(std::uint64_t top, void (*entry)(void* value));
void* tricolor_switch_stack(void** from, void* to, void* value);
}

namespace runtime_core {

inline uintptr new_control_stack() { return tricolor_new_stack(); }
inline Context make_context(uintptr top, void (*entry)(void* value)) {
  return {tricolor_make_context(top, entry), nullptr};
}
inline void* switch_context(Context* from, Context to, void* value) {
  return tricolor_switch_stack(&from->place, to.place, value);
}

}  // namespace runtime_core
