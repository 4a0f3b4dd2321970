// Counters of the BSDs: pipes whose bytes are counted. FreeBSD of 2014 makes those that never
// block, OpenBSD's are told so.
#include "runtime_core/os/descriptor.h"
#include "runtime_core/os/systems.h"

namespace runtime_core {

namespace {

constexpr long sys_read = 3, sys_write = 4, sys_fcntl = 92;
constexpr long freebsd_pipe2 = 542, openbsd_pipe = 263;
constexpr uintptr f_setfl = 4, nonblocking = 4;

// What is in them does not matter.
constexpr u8 bytes_to_write[bsd_pipe_bytes] = {};

uintptr number(i32 fd) { return static_cast<uintptr>(fd); }

}  // namespace

template <const BsdNumbers& numbers>
i64 Bsd<numbers>::read_counter(i32 fd, u64* value) {
  u8 bytes[bsd_pipe_bytes];
  const i64 n = syscall6(sys_read, number(fd), address_of(bytes), sizeof bytes);
  if (n > 0) *value = static_cast<u64>(n);
  return n;
}

// A pipe takes a part when there is no room for all; with counters those who add wait until all is
// taken.
template <const BsdNumbers& numbers>
i64 Bsd<numbers>::write_counter(i32 fd, u64 value) {
  return syscall6(sys_write, number(fd), address_of(bytes_to_write), value);
}

template i64 Bsd<freebsd_numbers>::read_counter(i32, u64*);
template i64 Bsd<freebsd_numbers>::write_counter(i32, u64);
template i64 Bsd<openbsd_numbers>::read_counter(i32, u64*);
template i64 Bsd<openbsd_numbers>::write_counter(i32, u64);

i64 FreeBsd::open_counter(CounterEnds* ends) {
  return syscall6(freebsd_pipe2, address_of(ends), nonblocking);
}

i64 OpenBsd::open_counter(CounterEnds* ends) {
  const i64 r = syscall6(openbsd_pipe, address_of(ends));
  if (r < 0) return r;
  syscall6(sys_fcntl, number(ends->reader), f_setfl, nonblocking);
  syscall6(sys_fcntl, number(ends->writer), f_setfl, nonblocking);
  return 0;
}

}  // namespace runtime_core
