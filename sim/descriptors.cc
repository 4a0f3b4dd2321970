// The simulated kernel's calls on descriptors: eventfd, read, write, close and epoll.
#include "sim/descriptors.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstring>

#include "sim/machine.h"
#include "sim/process.h"

namespace sim {

namespace {

constexpr std::uint64_t count_max = ~std::uint64_t{0} - 1;
constexpr std::int64_t ns_per_ms = 1'000'000;
// What threads in epoll_wait wait for; below any address of the program's.
constexpr std::uint64_t place_of_waiters = 1 << 16;

std::uint32_t readiness(const Descriptor& d) {
  return (d.count > 0 ? EPOLLIN : 0u) | (d.count < count_max ? EPOLLOUT : 0u);
}

void copy_out(Machine& m, std::uint64_t to, const void* from, std::uint64_t bytes) {
  if (in_region(to)) m.space.touch(to, bytes);
  std::memcpy(reinterpret_cast<void*>(to), from, bytes);
}

// Null: there is no such descriptor, or it is of another kind.
Descriptor* find(Machine& m, std::uint64_t number, Descriptor::Kind kind) {
  if (number < first_descriptor || number >= descriptors_max) return nullptr;
  Descriptor& d = m.process->descriptors.by_number[number];
  return d.kind == kind ? &d : nullptr;
}

std::int64_t open(Machine& m, const Descriptor& with) {
  for (std::uint32_t number = first_descriptor; number < descriptors_max; number++) {
    Descriptor& d = m.process->descriptors.by_number[number];
    if (d.kind != Descriptor::closed) continue;
    m.space.mut(d) = with;
    return number;
  }
  return -EMFILE;
}

// The counter whose turn comes first, up to the last one, if there is one.
Descriptor* first_in_turn(Machine& m, std::uint64_t epoll, std::uint64_t last) {
  Descriptor* first = nullptr;
  for (Descriptor& d : m.process->descriptors.by_number) {
    if (d.kind != Descriptor::counter || d.watcher != epoll) continue;
    if (d.turn == 0 || d.turn > last) continue;
    if (first == nullptr || d.turn < first->turn) first = &d;
  }
  return first;
}

// Takes from the list what has been said; what is not edge triggered and holds goes to its end.
std::int64_t collect(Machine& m, std::uint64_t epoll, std::uint64_t to, std::uint64_t max) {
  std::uint64_t& turns = m.process->descriptors.by_number[epoll].count;
  const std::uint64_t last = turns;
  std::uint64_t n = 0;
  while (n < max) {
    Descriptor* d = first_in_turn(m, epoll, last);
    if (d == nullptr) break;
    const std::uint32_t events = readiness(*d) & d->events;
    const bool stays = events != 0 && (d->events & EPOLLET) == 0;
    m.space.mut(*d).turn = stays ? ++m.space.mut(turns) : 0;
    if (events == 0) continue;
    epoll_event event{};
    event.events = events;
    event.data.u64 = d->data;
    copy_out(m, to + n * sizeof event, &event, sizeof event);
    n++;
  }
  return static_cast<std::int64_t>(n);
}

}  // namespace

bool is_descriptor_call(long number, const std::uint64_t (&args)[6]) {
  switch (number) {
    case SYS_read:
    case SYS_close:
    case SYS_eventfd2:
    case SYS_epoll_create1:
    case SYS_epoll_ctl:
    case SYS_epoll_wait:
      return true;
    default:
      return number == SYS_write && args[0] >= first_descriptor;
  }
}

void Machine::has_news(Descriptor& d, std::uint32_t events) {
  if (d.watcher == 0 || (d.events & events) == 0 || d.turn != 0) return;
  Descriptor& epoll = space.mut(process->descriptors.by_number[d.watcher]);
  space.mut(d).turn = ++epoll.count;
  wake(place_of_waiters + d.watcher, 1);
}

std::int64_t Machine::read_counter(const std::uint64_t (&args)[6]) {
  Descriptor* d = find(*this, args[0], Descriptor::counter);
  if (d == nullptr) return -EBADF;
  if (args[2] < sizeof d->count) return -EINVAL;
  if (d->count == 0) return -EAGAIN;
  copy_out(*this, args[1], &d->count, sizeof d->count);
  space.mut(*d).count = 0;
  has_news(*d, EPOLLOUT);
  return sizeof d->count;
}

std::int64_t Machine::write_counter(const std::uint64_t (&args)[6]) {
  Descriptor* d = find(*this, args[0], Descriptor::counter);
  if (d == nullptr) return -EBADF;
  std::uint64_t more = 0;
  if (args[2] < sizeof more) return -EINVAL;
  std::memcpy(&more, reinterpret_cast<const void*>(args[1]), sizeof more);
  if (more > count_max) return -EINVAL;
  if (count_max - d->count < more) return -EAGAIN;
  space.mut(*d).count += more;
  has_news(*d, EPOLLIN);
  return sizeof more;
}

std::int64_t Machine::epoll_control(const std::uint64_t (&args)[6]) {
  if (find(*this, args[0], Descriptor::epoll) == nullptr) return -EBADF;
  Descriptor* d = find(*this, args[2], Descriptor::counter);
  if (d == nullptr) return -EBADF;
  if (args[1] == EPOLL_CTL_DEL) {
    if (d->watcher != args[0]) return -ENOENT;
    space.mut(*d).watcher = 0;
    d->turn = 0;
    return 0;
  }
  if (args[1] != EPOLL_CTL_ADD || (d->watcher != 0 && d->watcher != args[0])) {
    violate("sim.unknown_system_call", "epoll_ctl: only one epoll adds and deletes a descriptor");
  }
  if (d->watcher != 0) return -EEXIST;
  epoll_event event;
  std::memcpy(&event, reinterpret_cast<const void*>(args[3]), sizeof event);
  space.mut(*d).watcher = static_cast<std::uint32_t>(args[0]);
  d->events = event.events;
  d->data = event.data.u64;
  has_news(*d, readiness(*d));
  return 0;
}

// As a futex, it may be interrupted for no reason.
std::int64_t Machine::epoll_wait(const std::uint64_t (&args)[6]) {
  if (find(*this, args[0], Descriptor::epoll) == nullptr) return -EBADF;
  const auto timeout_ms = static_cast<std::int32_t>(args[3]);
  for (;;) {
    touches_descriptors();
    const std::int64_t n = collect(*this, args[0], args[1], args[2]);
    if (n != 0 || timeout_ms == 0 || is_alone()) return n;
    const std::int64_t timeout_ns = timeout_ms < 0 ? -1 : timeout_ms * ns_per_ms;
    const Causeless end = ends_without_cause(timeout_ns);
    if (end != Causeless::no) return end == Causeless::time_out ? 0 : -EINTR;
    block(place_of_waiters + args[0], timeout_ns);
    if (threads[hot->current].timed_out != 0) return 0;
  }
}

// Each call may change what another one sees.
void Machine::touches_descriptors() {
  touches(machine_object(model::MachineObject::queue,
                         reinterpret_cast<std::uint64_t>(&process->descriptors)),
          1, model::AccessKind::write);
}

std::int64_t Machine::descriptor_call(long number, const std::uint64_t (&args)[6]) {
  if (number == SYS_epoll_wait) return epoll_wait(args);
  touches_descriptors();
  switch (number) {
    case SYS_read:
      return read_counter(args);
    case SYS_write:
      return write_counter(args);
    case SYS_eventfd2:
      if ((args[1] & EFD_NONBLOCK) == 0 || (args[1] & EFD_SEMAPHORE) != 0) {
        violate("sim.unknown_system_call",
                "eventfd: only those that never block, and no semaphore");
      }
      return open(*this, {Descriptor::counter, args[0] & 0xffffffff, 0, 0, 0, 0});
    case SYS_epoll_create1:
      return open(*this, {Descriptor::epoll, 0, 0, 0, 0, 0});
    case SYS_epoll_ctl:
      return epoll_control(args);
    default: {
      Descriptor* d = find(*this, args[0], Descriptor::counter);
      if (d == nullptr) d = find(*this, args[0], Descriptor::epoll);
      if (d == nullptr) return -EBADF;
      space.mut(*d) = {};
      return 0;
    }
  }
}

}  // namespace sim
