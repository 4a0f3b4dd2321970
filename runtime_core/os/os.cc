// The parts of the operating-system layer that no system changes (original: runtime1.go, os*.go).
#include "runtime_core/os/os.h"

#include "runtime_core/os/mem.h"
#include "runtime_core/os/systems.h"

namespace runtime_core {

void futexsleep(std::atomic<u32>* addr, u32 val, i64 ns) {
  on_system([&](auto s) { s.futexsleep(addr, val, ns); });
}
void futexwakeup(std::atomic<u32>* addr, u32 cnt) {
  on_system([&](auto s) { s.futexwakeup(addr, cnt); });
}

// Nothing to create: the count lives in the M. Any value but 0 says that it exists.
uintptr semacreate(M*) { return 1; }
i32 semasleep(M* mp, i64 ns) {
  return on_system([&](auto s) { return s.semasleep(mp, ns); });
}
void semawakeup(M* mp) {
  on_system([&](auto s) { s.semawakeup(mp); });
}

void osyield() {
  on_system([](auto s) { s.osyield(); });
}
void usleep(u32 us) {
  on_system([&](auto s) { s.usleep(us); });
}
i64 nanotime() {
  return on_system([](auto s) { return s.nanotime(); });
}
i64 walltime() {
  return on_system([](auto s) { return s.walltime(); });
}
i32 getproccount() {
  return on_system([](auto s) { return s.getproccount(); });
}
void exit(i32 code) {
  on_system([&](auto s) { s.exit(code); });
  __builtin_unreachable();
}
void write_error(const char* text) {
  on_system([&](auto s) { s.write_error(text); });
}

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
