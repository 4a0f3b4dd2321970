// What FreeBSD and OpenBSD have in common: yielding, sleeping, clocks, the processor count, random
// bytes (original: os1_freebsd.go, os1_openbsd.go, sys_*bsd_amd64.s; facts §24.2, §24.3).
#include "runtime_core/os/systems.h"
#include "runtime_core/runtime.h"

namespace runtime_core {

namespace {

constexpr long sys_exit = 1, sys_read = 3, sys_write = 4, sys_open = 5, sys_close = 6,
               sys_sysctl = 202;
constexpr uintptr clock_realtime = 0;
constexpr u32 ctl_hw = 6, hw_ncpu = 3;
constexpr uintptr stderr_fd = 2;

i64 read_clock(long number, uintptr clock) {
  Timespec ts{0, 0};
  syscall6(number, clock, address_of(&ts));
  return ts.sec * ns_per_second + ts.nsec;
}

}  // namespace

template <const BsdNumbers& numbers>
void Bsd<numbers>::osyield() {
  syscall6(numbers.sched_yield);
}

template <const BsdNumbers& numbers>
void Bsd<numbers>::usleep(u32 us) {
  const Timespec ts{us / 1'000'000, us % 1'000'000 * 1000};
  syscall6(numbers.nanosleep, address_of(&ts));
}

template <const BsdNumbers& numbers>
i64 Bsd<numbers>::nanotime() {
  return read_clock(numbers.clock_gettime, numbers.clock_monotonic);
}

template <const BsdNumbers& numbers>
i64 Bsd<numbers>::walltime() {
  return read_clock(numbers.clock_gettime, clock_realtime);
}

template <const BsdNumbers& numbers>
i32 Bsd<numbers>::getproccount() {
  const u32 mib[2] = {ctl_hw, hw_ncpu};
  u32 out = 0;
  uintptr bytes = sizeof out;
  const i64 ret = syscall6(sys_sysctl, address_of(mib), 2, address_of(&out), address_of(&bytes));
  return ret >= 0 ? static_cast<i32>(out) : 1;
}

template <const BsdNumbers& numbers>
void Bsd<numbers>::exit(i32 code) {
  for (;;) syscall6(sys_exit, static_cast<uintptr>(code));
}

template <const BsdNumbers& numbers>
void Bsd<numbers>::write_error(const char* text) {
  syscall6(sys_write, stderr_fd, address_of(text), __builtin_strlen(text));
}

template <const BsdNumbers& numbers>
void Bsd<numbers>::get_random_data(Runtime* rt, const u8** rnd, u32* rnd_len) {
  u8* data = rt->process.urandom_data;
  const char* device = numbers.urandom ? "/dev/urandom" : "/dev/random";
  const auto file = static_cast<uintptr>(syscall6(sys_open, address_of(device)));
  const bool whole = syscall6(sys_read, file, address_of(data), hash_random_bytes) ==
                     static_cast<i64>(hash_random_bytes);
  *rnd = whole ? data : nullptr;
  *rnd_len = whole ? hash_random_bytes : 0;
  syscall6(sys_close, file);
}

template void Bsd<freebsd_numbers>::osyield();
template void Bsd<freebsd_numbers>::usleep(u32);
template i64 Bsd<freebsd_numbers>::nanotime();
template i64 Bsd<freebsd_numbers>::walltime();
template i32 Bsd<freebsd_numbers>::getproccount();
template void Bsd<freebsd_numbers>::exit(i32);
template void Bsd<freebsd_numbers>::write_error(const char*);
template void Bsd<freebsd_numbers>::get_random_data(Runtime*, const u8**, u32*);
template void Bsd<openbsd_numbers>::osyield();
template void Bsd<openbsd_numbers>::usleep(u32);
template i64 Bsd<openbsd_numbers>::nanotime();
template i64 Bsd<openbsd_numbers>::walltime();
template i32 Bsd<openbsd_numbers>::getproccount();
template void Bsd<openbsd_numbers>::exit(i32);
template void Bsd<openbsd_numbers>::write_error(const char*);
template void Bsd<openbsd_numbers>::get_random_data(Runtime*, const u8**, u32*);

}  // namespace runtime_core
