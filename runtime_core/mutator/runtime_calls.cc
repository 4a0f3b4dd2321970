// What a Go function asks of the runtime by name.
#include "runtime_core/gc/mgc.h"
#include "runtime_core/mutator/mutator.h"
#include "runtime_core/runtime.h"

namespace runtime_core {

void Mutator::set_finalizer(Slot object, Type* pointer_type, FuncVal* f) {
  setfinalizer(m(), reinterpret_cast<void*>(get(object)), pointer_type, f);
}

}  // namespace runtime_core
