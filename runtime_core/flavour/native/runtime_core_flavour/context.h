// Native flavour of runtime_core/arch/context.h, defined in runtime_core/arch/context_native.cc.
#pragma once

#include "runtime_core/base.h"

namespace runtime_core {

struct Context;

uintptr new_control_stack();
Context make_context(uintptr top, void (*entry)(void* value));
void* switch_context(Context* from, Context to, void* value);

}  // namespace runtime_core
