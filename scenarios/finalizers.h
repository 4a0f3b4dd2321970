// Types and closures of finalizers, as scenarios set them.
#pragma once

#include "runtime_core/gc/work.h"
#include "runtime_core/heap/type.h"

namespace scenarios {

// *elem
inline void make_pointer_type(runtime_core::Type* pointer, runtime_core::Type* elem) {
  pointer->size = runtime_core::ptr_size;
  pointer->kind = runtime_core::kind_ptr | runtime_core::kind_direct_iface;
  pointer->elem = elem;
}

// func f(object parameter), a Go function
inline void make_finalizer(runtime_core::FuncVal* f, runtime_core::Type* parameter,
                           const runtime_core::Function* function) {
  f->parameter = parameter;
  f->arity = 1;
  f->function = function;
}

}  // namespace scenarios
