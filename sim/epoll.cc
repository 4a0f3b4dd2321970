// Descriptors of the simulated Linux: counters (eventfd), and epolls that watch them.
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstring>

#include "sim/descriptors.h"
#include "sim/kernels.h"
#include "sim/machine.h"

namespace sim {

namespace {

constexpr std::uint64_t count_max = ~std::uint64_t{0} - 1;
constexpr std::int64_t ns_per_ms = 1'000'000;
static_assert(once_told == EPOLLET);

std::uint32_t readiness(const Descriptor& d) {
  return (d.count > 0 ? EPOLLIN : 0u) | (d.count < count_max ? EPOLLOUT : 0u);
}

void tell_epoll(Machine& m, Descriptor& d, std::uint32_t events) {
  if ((d.watch[0].events & events) != 0) has_news(m, d.watch[0]);
}

bool say_events(Machine& m, const Descriptor& d, const Interest& watch, std::uint64_t to) {
  epoll_event event{};
  event.events = readiness(d) & watch.events;
  event.data.u64 = watch.data;
  if (event.events == 0) return false;
  copy_out(m, to, &event, sizeof event);
  return true;
}

std::int64_t control_epoll(Machine& m, const std::uint64_t (&args)[6]) {
  if (find_descriptor(m, args[0], Descriptor::epoll) == nullptr) return -EBADF;
  Descriptor* d = find_descriptor(m, args[2], Descriptor::counter);
  if (d == nullptr) return -EBADF;
  Interest& watch = d->watch[0];
  if (args[1] == EPOLL_CTL_DEL) {
    if (watch.by != args[0]) return -ENOENT;
    m.space.mut(watch) = {};
    return 0;
  }
  if (args[1] != EPOLL_CTL_ADD || (watch.by != 0 && watch.by != args[0])) {
    m.violate("sim.unknown_system_call", "epoll_ctl: only one epoll adds and deletes a descriptor");
  }
  if (watch.by != 0) return -EEXIST;
  epoll_event event;
  std::memcpy(&event, reinterpret_cast<const void*>(args[3]), sizeof event);
  m.space.mut(watch) = {static_cast<std::uint32_t>(args[0]), event.events, event.data.u64, 0};
  tell_epoll(m, *d, readiness(*d));
  return 0;
}

std::int64_t open_counter(Machine& m, const std::uint64_t (&args)[6]) {
  if ((args[1] & EFD_NONBLOCK) == 0 || (args[1] & EFD_SEMAPHORE) != 0) {
    m.violate("sim.unknown_system_call", "eventfd: only those that never block, and no semaphore");
  }
  Descriptor d{};
  d.kind = Descriptor::counter;
  d.count = args[0] & 0xffffffff;
  return open_descriptor(m, d);
}

}  // namespace

std::int64_t read_counter(Machine& m, Descriptor& d, const std::uint64_t (&args)[6]) {
  if (args[2] < sizeof d.count) return -EINVAL;
  if (d.count == 0) return -EAGAIN;
  copy_out(m, args[1], &d.count, sizeof d.count);
  m.space.mut(d).count = 0;
  tell_epoll(m, d, EPOLLOUT);
  return sizeof d.count;
}

std::int64_t write_counter(Machine& m, Descriptor& d, const std::uint64_t (&args)[6]) {
  std::uint64_t more = 0;
  if (args[2] < sizeof more) return -EINVAL;
  std::memcpy(&more, reinterpret_cast<const void*>(args[1]), sizeof more);
  if (more > count_max) return -EINVAL;
  if (count_max - d.count < more) return -EAGAIN;
  m.space.mut(d).count += more;
  tell_epoll(m, d, EPOLLIN);
  return sizeof more;
}

std::int64_t epoll_call(Machine& m, long number, const std::uint64_t (&args)[6]) {
  switch (number) {
    case SYS_eventfd2:
      return open_counter(m, args);
    case SYS_epoll_create1: {
      Descriptor d{};
      d.kind = Descriptor::epoll;
      return open_descriptor(m, d);
    }
    case SYS_epoll_ctl:
      return control_epoll(m, args);
    default: {
      if (find_descriptor(m, args[0], Descriptor::epoll) == nullptr) return -EBADF;
      const auto timeout_ms = static_cast<std::int32_t>(args[3]);
      const std::int64_t ns = timeout_ms < 0 ? -1 : timeout_ms * ns_per_ms;
      return wait_for_news(m, {args[0], ns, args[1], args[2], say_events, sizeof(epoll_event)});
    }
  }
}

}  // namespace sim
