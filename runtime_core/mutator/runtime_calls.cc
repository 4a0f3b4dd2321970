// What a Go function asks of the runtime by name.
#include "runtime_core/gc/mgc.h"
#include "runtime_core/mutator/mutator.h"
#include "runtime_core/panic/sigpanic.h"
#include "runtime_core/runtime.h"
#include "runtime_core/sched/proc.h"

namespace runtime_core {

void Mutator::lock_os_thread() { runtime_core::lock_os_thread(gp_); }
void Mutator::unlock_os_thread() { runtime_core::unlock_os_thread(gp_); }
void Mutator::sleep(i64 ns) { time_sleep(gp_, ns); }
bool Mutator::set_panic_on_fault(bool on) { return runtime_core::set_panic_on_fault(gp_, on); }

void Mutator::set_finalizer(Slot object, Type* pointer_type, FuncVal* f) {
  setfinalizer(m(), reinterpret_cast<void*>(get(object)), pointer_type, f);
}

bool Mutator::try_set_finalizer(Slot object, Type* pointer_type, FuncVal* f) {
  return trysetfinalizer(m(), reinterpret_cast<void*>(get(object)), pointer_type, f);
}

}  // namespace runtime_core
