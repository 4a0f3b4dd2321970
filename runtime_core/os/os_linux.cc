// Linux: futexes, yielding, clocks and the processor count (original: os1_linux.go,
// sys_linux_amd64.s; facts §24.1).
#include "runtime_core/os/systems.h"

namespace runtime_core {

namespace {

constexpr long sys_write = 1, sys_select = 23, sys_sched_yield = 24, sys_futex = 202,
               sys_sched_getaffinity = 204, sys_exit_group = 231;
constexpr uintptr futex_wait = 0, futex_wake = 1;
constexpr uintptr clock_realtime = 0, clock_monotonic = 1;
constexpr uintptr stderr_fd = 2;

i64 read_clock(uintptr clock) {
  Timespec ts{0, 0};
  clock_gettime(clock, &ts);
  return ts.sec * ns_per_second + ts.nsec;
}

}  // namespace

// Every result is the same to the caller, who looks at the word again: woken, timed out,
// interrupted, or changed before the kernel looked.
void Linux::futexsleep(std::atomic<u32>* addr, u32 val, i64 ns) {
  if (ns < 0) {
    syscall6(sys_futex, address_of(addr), futex_wait, val);
    return;
  }
  const Timespec timeout{ns / ns_per_second, ns % ns_per_second};
  syscall6(sys_futex, address_of(addr), futex_wait, val, address_of(&timeout));
}

void Linux::futexwakeup(std::atomic<u32>* addr, u32 cnt) {
  if (syscall6(sys_futex, address_of(addr), futex_wake, cnt) < 0) throw_("futexwakeup failed");
}

void Linux::osyield() { syscall6(sys_sched_yield); }

void Linux::usleep(u32 us) {
  Timeval timeout{us / 1'000'000, us % 1'000'000};  // the kernel writes what was left
  syscall6(sys_select, 0, 0, 0, 0, address_of(&timeout));
}

i64 Linux::nanotime() { return read_clock(clock_monotonic); }

i64 Linux::walltime() { return read_clock(clock_realtime); }

// The original slices its buffer by the result unchecked, and crashes on machines with more
// processors than it has bits; here a failure counts as one processor.
i32 Linux::getproccount() {
  constexpr uintptr words = 16;
  u64 mask[words];
  const i64 bytes = syscall6(sys_sched_getaffinity, 0, sizeof mask, address_of(mask));
  i32 n = 0;
  for (i64 i = 0; i < bytes / static_cast<i64>(sizeof(u64)); i++) {
    n += __builtin_popcountll(mask[i]);
  }
  return n > 0 ? n : 1;
}

void Linux::write_error(const char* text) {
  syscall6(sys_write, stderr_fd, address_of(text), __builtin_strlen(text));
}

void Linux::exit(i32 code) {
  for (;;) syscall6(sys_exit_group, static_cast<uintptr>(code));
}

}  // namespace runtime_core
