// Descriptors of the simulated BSDs: pipes, and kqueues that watch their ends.
//
// A pipe goes both ways there, each way with a buffer of its own. What it carries is zeros: all
// that anybody can tell is how many.
#include <cerrno>
#include <cstring>

#include "sim/descriptors.h"
#include "sim/kernels.h"
#include "sim/machine.h"
#include "sim/process.h"

namespace sim {

namespace {

constexpr std::uint64_t pipe_bytes = 16384;  // PIPE_SIZE
// A write of no more is never split, and there is room for writers when there is room for that.
constexpr std::uint64_t pipe_buf = 512;

enum Filter : std::uint32_t { for_reading, for_writing };
constexpr std::int16_t filter_read = -1, filter_write = -2;
constexpr std::uint16_t ev_add = 0x1, ev_delete = 0x2, ev_clear = 0x20, ev_eof = 0x8000;

// As on both BSDs on 64-bit machines in 2014.
struct Kevent {
  std::uint64_t ident;
  std::int16_t filter;
  std::uint16_t flags;
  std::uint32_t fflags;
  std::int64_t data;
  std::uint64_t udata;
};
static_assert(sizeof(Kevent) == 32);

Descriptor* other_end(Machine& m, const Descriptor& d) {
  return d.other != 0 ? &m.process->descriptors.by_number[d.other] : nullptr;
}

// Of a pipe's end that is written to.
std::uint64_t room(Machine& m, const Descriptor& d) {
  const Descriptor* other = other_end(m, d);
  return other != nullptr ? pipe_bytes - other->count : 0;
}

bool holds(Machine& m, const Descriptor& d, Filter filter) {
  if (d.other == 0) return true;  // the end of the file, or nobody who would read
  return filter == for_reading ? d.count > 0 : room(m, d) >= pipe_buf;
}

void tell_kqueue(Machine& m, Descriptor& d, Filter filter) {
  if (holds(m, d, filter)) has_news(m, d.watch[filter]);
}

bool say_kevent(Machine& m, const Descriptor& d, const Interest& watch, std::uint64_t to) {
  const Filter filter = &watch == &d.watch[for_reading] ? for_reading : for_writing;
  if (!holds(m, d, filter)) return false;
  const auto number = static_cast<std::uint64_t>(&d - m.process->descriptors.by_number);
  const std::uint32_t flags =
      ((watch.events & once_told) != 0 ? ev_clear : 0u) | (d.other == 0 ? ev_eof : 0u);
  const Kevent event{
      .ident = number,
      .filter = filter == for_reading ? filter_read : filter_write,
      .flags = static_cast<std::uint16_t>(flags),
      .fflags = 0,
      .data = static_cast<std::int64_t>(filter == for_reading ? d.count : room(m, d)),
      .udata = watch.data};
  copy_out(m, to, &event, sizeof event);
  return true;
}

std::int64_t change(Machine& m, std::uint64_t queue, const Kevent& event) {
  Descriptor* d = find_descriptor(m, event.ident, Descriptor::pipe);
  if (d == nullptr) return -EBADF;
  const bool known_filter = event.filter == filter_read || event.filter == filter_write;
  const int action = event.flags & ~ev_clear;
  if (!known_filter || (action != ev_add && action != ev_delete)) {
    m.violate("sim.unknown_system_call",
              "kevent: only filters for reading and writing are "
              "added and deleted");
  }
  const Filter filter = event.filter == filter_read ? for_reading : for_writing;
  Interest& watch = d->watch[filter];
  if (watch.by != 0 && watch.by != queue) {
    m.violate("sim.unknown_system_call", "kevent: only one kqueue watches a descriptor");
  }
  if (action == ev_delete) {
    if (watch.by == 0) return -ENOENT;
    m.space.mut(watch) = {};
    return 0;
  }
  if (watch.by == 0) {
    if (filter == for_writing && d->other == 0) return -EPIPE;
    const std::uint32_t events = (event.flags & ev_clear) != 0 ? once_told : 0;
    m.space.mut(watch) = {static_cast<std::uint32_t>(queue), events, event.udata, 0};
  } else {
    m.space.mut(watch).data = event.udata;
  }
  tell_kqueue(m, *d, filter);
  return 0;
}

// The queue, changes and how many, room for events and how many, and for how long: null: for ever.
std::int64_t kevent(Machine& m, const std::uint64_t (&args)[6]) {
  if (find_descriptor(m, args[0], Descriptor::kqueue) == nullptr) return -EBADF;
  if (args[2] != 0 && args[4] != 0) {
    m.violate("sim.unknown_system_call", "kevent: either changes or a wait");
  }
  for (std::uint64_t i = 0; i < args[2]; i++) {
    Kevent event;
    std::memcpy(&event, reinterpret_cast<const void*>(args[1] + i * sizeof event), sizeof event);
    const std::int64_t r = change(m, args[0], event);
    if (r < 0) return r;
  }
  if (args[4] == 0) return 0;
  std::int64_t timeout[2] = {0, -1};
  if (args[5] != 0) {
    std::memcpy(timeout, reinterpret_cast<const void*>(args[5]), sizeof timeout);
  }
  const std::int64_t ns = timeout[0] * 1'000'000'000 + timeout[1];
  return wait_for_news(m, {args[0], ns, args[3], args[4], say_kevent, sizeof(Kevent)});
}

// The numbers of both ends go to the first argument; the second: whether they never block.
std::int64_t open_pipe(Machine& m, const std::uint64_t (&args)[6]) {
  Descriptor end{};
  end.kind = Descriptor::pipe;
  end.never_blocks = args[1] != 0 ? 1 : 0;
  const std::int64_t first = open_descriptor(m, end);
  if (first < 0) return first;
  end.other = static_cast<std::uint32_t>(first);
  Descriptor& d = m.process->descriptors.by_number[first];
  const std::int64_t second = open_descriptor(m, end);
  if (second < 0) {
    m.space.mut(d) = {};
    return second;
  }
  m.space.mut(d).other = static_cast<std::uint32_t>(second);
  const std::int32_t numbers[2] = {static_cast<std::int32_t>(first),
                                   static_cast<std::int32_t>(second)};
  copy_out(m, args[0], numbers, sizeof numbers);
  return 0;
}

std::int64_t would_block(Machine& m, const Descriptor& d) {
  if (d.never_blocks == 0) {
    m.violate("sim.unknown_system_call", "read or write: only pipes that never block");
  }
  return -EAGAIN;
}

}  // namespace

std::int64_t read_pipe(Machine& m, Descriptor& d, const std::uint64_t (&args)[6]) {
  if (args[2] == 0) return 0;
  if (d.count == 0) return d.other == 0 ? 0 : would_block(m, d);
  const std::uint64_t bytes = args[2] < d.count ? args[2] : d.count;
  copy_out(m, args[1], nullptr, bytes);
  m.space.mut(d).count -= bytes;
  if (Descriptor* other = other_end(m, d)) tell_kqueue(m, *other, for_writing);
  return static_cast<std::int64_t>(bytes);
}

std::int64_t write_pipe(Machine& m, Descriptor& d, const std::uint64_t (&args)[6]) {
  Descriptor* other = other_end(m, d);
  if (other == nullptr) return -EPIPE;  // and a signal, which is not delivered
  if (args[2] == 0) return 0;
  const std::uint64_t space = room(m, d);
  if (space == 0 || (space < args[2] && args[2] <= pipe_buf)) return would_block(m, d);
  const std::uint64_t bytes = args[2] < space ? args[2] : space;
  const auto* from = reinterpret_cast<const char*>(args[1]);
  for (std::uint64_t i = 0; i < bytes; i++) {
    if (from[i] != 0) m.violate("sim.unknown_system_call", "write: pipes carry zeros only");
  }
  m.space.mut(*other).count += bytes;
  tell_kqueue(m, *other, for_reading);
  return static_cast<std::int64_t>(bytes);
}

void closes_pipe(Machine& m, const Descriptor& d) {
  Descriptor* other = other_end(m, d);
  if (other == nullptr) return;
  m.space.mut(*other).other = 0;
  tell_kqueue(m, *other, for_reading);
  tell_kqueue(m, *other, for_writing);
}

std::int64_t kqueue_call(Machine& m, long number, const std::uint64_t (&args)[6]) {
  if (number == call_pipe) return open_pipe(m, args);
  if (number == call_kevent) return kevent(m, args);
  Descriptor d{};
  d.kind = Descriptor::kqueue;
  return open_descriptor(m, d);
}

}  // namespace sim
