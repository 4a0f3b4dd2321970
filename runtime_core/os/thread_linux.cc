// Linux threads (original: os1_linux.go).
#include "runtime_core/os/systems.h"
#include "runtime_core/os/thread.h"

namespace runtime_core {

i64 Linux::new_thread(M* mp, void* stk, void (*fn)(M*)) {
  constexpr u32 flags = clone_vm | clone_fs | clone_files | clone_sighand | clone_thread;
  return clone(flags, stk, mp, fn);
}

u64 Linux::gettid() {
  constexpr long sys_gettid = 186;
  return static_cast<u64>(syscall6(sys_gettid));
}

}  // namespace runtime_core
