// The poller's part that is the BSDs': kqueue, a filter for readers and one for writers, each of
// which is cleared when it was told (original: netpoll_kqueue.go).
#include "runtime_core/net/netpoll.h"
#include "runtime_core/os/systems.h"

namespace runtime_core {

namespace {

constexpr u32 events_max = 64;
constexpr long sys_fcntl = 92;
constexpr uintptr f_setfd = 2, close_on_exec = 1;
constexpr i16 filter_read = -1, filter_write = -2;
constexpr u16 ev_add = 0x1, ev_clear = 0x20;

// As on both systems on 64-bit machines in 2014.
struct Kevent {
  u64 ident;
  i16 filter;
  u16 flags;
  u32 fflags;
  i64 data;
  u64 udata;
};

struct Kevents {
  Kevent* at;
  u32 n;
};

i64 kevent(long call, i32 queue, Kevents changes, Kevents events, const Timespec* timeout) {
  return syscall6(call, static_cast<uintptr>(queue), address_of(changes.at), changes.n,
                  address_of(events.at), events.n, address_of(timeout));
}

}  // namespace

template <const BsdNumbers& numbers>
bool Bsd<numbers>::netpollinit(NetPoll* np) {
  const i64 queue = syscall6(numbers.kqueue);
  if (queue < 0) return false;
  np->queue = static_cast<i32>(queue);
  syscall6(sys_fcntl, static_cast<uintptr>(queue), f_setfd, close_on_exec);
  return true;
}

template <const BsdNumbers& numbers>
bool Bsd<numbers>::netpolladd(NetPoll* np, i32 fd, PollDesc* pd) {
  Kevent changes[poll_modes] = {};
  for (Kevent& change : changes) {
    change.ident = static_cast<u64>(fd);
    change.filter = &change == changes ? filter_read : filter_write;
    change.flags = ev_add | ev_clear;
    change.udata = reinterpret_cast<u64>(pd);
  }
  return kevent(numbers.kevent, np->queue, {changes, poll_modes}, {nullptr, 0}, nullptr) >= 0;
}

template <const BsdNumbers& numbers>
i64 Bsd<numbers>::netpollonce(NetPoll* np, bool block, G** list) {
  Kevent events[events_max];
  const Timespec at_once{0, 0};
  const Timespec* timeout = block ? nullptr : &at_once;
  const i64 n = kevent(numbers.kevent, np->queue, {nullptr, 0}, {events, events_max}, timeout);
  for (i64 i = 0; i < n; i++) {
    auto* pd = reinterpret_cast<PollDesc*>(events[i].udata);
    if (events[i].filter == filter_read) netpollready(list, pd, PollMode::read);
    if (events[i].filter == filter_write) netpollready(list, pd, PollMode::write);
  }
  return n;
}

template bool Bsd<freebsd_numbers>::netpollinit(NetPoll*);
template bool Bsd<freebsd_numbers>::netpolladd(NetPoll*, i32, PollDesc*);
template i64 Bsd<freebsd_numbers>::netpollonce(NetPoll*, bool, G**);
template bool Bsd<openbsd_numbers>::netpollinit(NetPoll*);
template bool Bsd<openbsd_numbers>::netpolladd(NetPoll*, i32, PollDesc*);
template i64 Bsd<openbsd_numbers>::netpollonce(NetPoll*, bool, G**);

}  // namespace runtime_core
