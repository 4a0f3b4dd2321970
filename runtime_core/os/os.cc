// The parts of the operating-system layer that no system changes (original: runtime1.go, os*.go).
#include "runtime_core/os/os.h"

#include "runtime_core/os/mem.h"

namespace runtime_core {

i32 ncpu() {
  const u32 wanted = tuning().ncpu;
  return wanted != 0 ? static_cast<i32>(wanted) : getproccount();
}

void out_of_memory(const char* message) {
  event(Event::out_of_memory);
  fail("runtime.out_of_memory", message);
}

i64 deadline_after(i64 ns) {
  i64 deadline;
  return __builtin_add_overflow(nanotime(), ns, &deadline) ? INT64_MAX : deadline;
}

i32 timediv(i64 v, i32 div, i32* rem) {
  i32 quotient = 0;
  for (int bit = 30; bit >= 0; bit--) {
    const i64 part = i64{div} << bit;
    if (v < part) continue;
    v -= part;
    quotient += i32{1} << bit;
  }
  const bool overflow = v >= div;
  if (rem != nullptr) *rem = overflow ? 0 : static_cast<i32>(v);
  return overflow ? 0x7fffffff : quotient;
}

}  // namespace runtime_core
