// Calls of Linux on descriptors.
#include "runtime_core/os/descriptor.h"
#include "runtime_core/os/systems.h"

namespace runtime_core {

namespace {

constexpr long sys_read = 0, sys_write = 1, sys_epoll_wait = 232, sys_epoll_ctl = 233,
               sys_eventfd2 = 290, sys_epoll_create1 = 291;
constexpr uintptr close_on_exec = 02000000, nonblocking = 04000;
constexpr uintptr epoll_ctl_add = 1, epoll_ctl_del = 2;

uintptr number(i32 fd) { return static_cast<uintptr>(fd); }

}  // namespace

i64 epollcreate1() { return syscall6(sys_epoll_create1, close_on_exec); }

i64 epolladd(i32 epfd, i32 fd, EpollEvent* event) {
  return syscall6(sys_epoll_ctl, number(epfd), epoll_ctl_add, number(fd), address_of(event));
}

i64 epolldel(i32 epfd, i32 fd) {
  EpollEvent ignored{0, 0};
  return syscall6(sys_epoll_ctl, number(epfd), epoll_ctl_del, number(fd), address_of(&ignored));
}

i64 epollwait(i32 epfd, EpollEvent* events, u32 max, i32 timeout_ms) {
  return syscall6(sys_epoll_wait, number(epfd), address_of(events), max,
                  static_cast<uintptr>(i64{timeout_ms}));
}

i64 Linux::open_counter(CounterEnds* ends) {
  const i64 fd = syscall6(sys_eventfd2, 0, close_on_exec | nonblocking);
  ends->reader = ends->writer = static_cast<i32>(fd);
  return fd < 0 ? fd : 0;
}

i64 Linux::read_counter(i32 fd, u64* value) {
  return syscall6(sys_read, number(fd), address_of(value), sizeof *value);
}

i64 Linux::write_counter(i32 fd, u64 value) {
  return syscall6(sys_write, number(fd), address_of(&value), sizeof value);
}

}  // namespace runtime_core
