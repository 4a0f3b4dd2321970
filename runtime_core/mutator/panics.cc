// The operations of a Go function on deferred calls and panics.
#include "runtime_core/mutator/mutator.h"
#include "runtime_core/panic/defer.h"
#include "runtime_core/panic/panic.h"

namespace runtime_core {

void Mutator::defer(const Function& f, std::initializer_list<Slot> args) {
  if (args.size() > f.args || args.size() > defer_args_max) {
    throw_("a deferred call with too many arguments");
  }
  uintptr values[defer_args_max];
  u32 n = 0;
  for (const Slot slot : args) values[n++] = get(slot);
  deferproc(gp_, f, values, n);
}

void Mutator::panic(const Type* type, Slot value) { gopanic(gp_, type, place(value)); }

bool Mutator::recover(Slot to) {
  const Panic* p = gorecover(gp_);
  set(to, p == nullptr ? 0 : reinterpret_cast<u64>(p->value));
  return p != nullptr;
}

void Mutator::goexit() { runtime_core::goexit(gp_); }

}  // namespace runtime_core
