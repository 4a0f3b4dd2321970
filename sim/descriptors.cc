// The simulated kernels' descriptors: the table, reading, writing and closing, and waiting in a
// queue.
#include "sim/descriptors.h"

#include <sys/syscall.h>

#include <cerrno>

#include "sim/kernels.h"
#include "sim/machine.h"
#include "sim/process.h"

namespace sim {

namespace {

// What threads that wait in a queue wait for; below any address of the program's.
constexpr std::uint64_t place_of_waiters = 1 << 16;

Descriptor* find_open(Machine& m, std::uint64_t number) {
  if (number < first_descriptor || number >= descriptors_max) return nullptr;
  Descriptor& d = m.process->descriptors.by_number[number];
  return d.kind != Descriptor::closed ? &d : nullptr;
}

struct Watched {
  Descriptor* descriptor;
  Interest* watch;
};

template <class F>
void each_interest(Machine& m, std::uint64_t queue, F f) {
  for (Descriptor& d : m.process->descriptors.by_number) {
    for (Interest& watch : d.watch) {
      if (watch.by == queue) f(d, watch);
    }
  }
}

// Whose turn comes first, up to the last one, if there is one.
Watched first_in_turn(Machine& m, std::uint64_t queue, std::uint64_t last) {
  Watched first{nullptr, nullptr};
  each_interest(m, queue, [&](Descriptor& d, Interest& watch) {
    if (watch.turn == 0 || watch.turn > last) return;
    if (first.watch == nullptr || watch.turn < first.watch->turn) first = {&d, &watch};
  });
  return first;
}

// Takes from the list what has been said; what is not edge triggered and holds goes to its end.
std::int64_t collect(Machine& m, const Wait& wait) {
  std::uint64_t& turns = m.process->descriptors.by_number[wait.queue].count;
  const std::uint64_t last = turns;
  std::uint64_t n = 0;
  while (n < wait.max) {
    const auto [d, watch] = first_in_turn(m, wait.queue, last);
    if (watch == nullptr) break;
    const bool holds = wait.say(m, *d, *watch, wait.to + n * wait.record_bytes);
    const bool stays = holds && (watch->events & once_told) == 0;
    m.space.mut(*watch).turn = stays ? ++m.space.mut(turns) : 0;
    if (holds) n++;
  }
  return static_cast<std::int64_t>(n);
}

// Each call may change what another one sees.
void touches_descriptors(Machine& m) {
  m.touches(model::machine_object(model::MachineObject::queue,
                                  reinterpret_cast<std::uint64_t>(&m.process->descriptors)),
            1, model::AccessKind::write);
}

std::int64_t close(Machine& m, std::uint64_t number) {
  Descriptor* d = find_open(m, number);
  if (d == nullptr) return -EBADF;
  if (d->kind == Descriptor::pipe) closes_pipe(m, *d);
  if (d->kind == Descriptor::epoll || d->kind == Descriptor::kqueue) {
    each_interest(m, number, [&](Descriptor&, Interest& watch) { m.space.mut(watch) = {}; });
  }
  m.space.mut(*d) = {};
  return 0;
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
    case call_pipe:
    case call_kqueue:
    case call_kevent:
      return true;
    default:
      return number == SYS_write && args[0] >= first_descriptor;
  }
}

Descriptor* find_descriptor(Machine& m, std::uint64_t number, Descriptor::Kind kind) {
  Descriptor* d = find_open(m, number);
  return d != nullptr && d->kind == kind ? d : nullptr;
}

std::int64_t open_descriptor(Machine& m, const Descriptor& with) {
  for (std::uint32_t number = first_descriptor; number < descriptors_max; number++) {
    Descriptor& d = m.process->descriptors.by_number[number];
    if (d.kind != Descriptor::closed) continue;
    m.space.mut(d) = with;
    return number;
  }
  return -EMFILE;
}

void has_news(Machine& m, Interest& watch) {
  if (watch.by == 0 || watch.turn != 0) return;
  Descriptor& queue = m.space.mut(m.process->descriptors.by_number[watch.by]);
  m.space.mut(watch).turn = ++queue.count;
  m.wake(place_of_waiters + watch.by, 1);
}

// As a futex, it may be interrupted for no reason.
std::int64_t wait_for_news(Machine& m, const Wait& wait) {
  for (;;) {
    touches_descriptors(m);
    const std::int64_t n = collect(m, wait);
    if (n != 0 || wait.timeout_ns == 0 || m.is_alone()) return n;
    const Machine::Causeless end = m.ends_without_cause(wait.timeout_ns);
    if (end != Machine::Causeless::no) return end == Machine::Causeless::time_out ? 0 : -EINTR;
    m.block(place_of_waiters + wait.queue, wait.timeout_ns);
    if (m.threads[m.hot->current].timed_out != 0) return 0;
  }
}

std::int64_t descriptor_call(Machine& m, long number, const std::uint64_t (&args)[6]) {
  const bool waits = number == SYS_epoll_wait || (number == call_kevent && args[4] != 0);
  if (!waits) touches_descriptors(m);
  if (number == SYS_close) return close(m, args[0]);
  if (number == call_pipe || number == call_kqueue || number == call_kevent) {
    return kqueue_call(m, number, args);
  }
  if (number != SYS_read && number != SYS_write) return epoll_call(m, number, args);
  Descriptor* d = find_open(m, args[0]);
  const bool reads = number == SYS_read;
  if (d != nullptr && d->kind == Descriptor::counter) {
    return reads ? read_counter(m, *d, args) : write_counter(m, *d, args);
  }
  if (d != nullptr && d->kind == Descriptor::pipe) {
    return reads ? read_pipe(m, *d, args) : write_pipe(m, *d, args);
  }
  return -EBADF;
}

}  // namespace sim
