// The poller's part that is Linux's: epoll, edge triggered (original: netpoll_epoll.go).
#include "runtime_core/net/netpoll.h"
#include "runtime_core/os/descriptor.h"
#include "runtime_core/os/systems.h"

namespace runtime_core {

namespace {

constexpr u32 events_max = 128;
constexpr u32 news_for_readers = epoll_in | epoll_rdhup | epoll_hup | epoll_err;
constexpr u32 news_for_writers = epoll_out | epoll_hup | epoll_err;

void take(G** list, const EpollEvent& event) {
  auto* pd = reinterpret_cast<PollDesc*>(event.data);
  if (pd == nullptr) return;  // the poller's own
  if ((event.events & news_for_readers) != 0) netpollready(list, pd, PollMode::read);
  if ((event.events & news_for_writers) != 0) netpollready(list, pd, PollMode::write);
}

}  // namespace

// Natively the process goes on after the program, and a thread that waits has to come back: a
// descriptor that is ready from then on.
bool Linux::netpollinit(NetPoll* np) {
  const i64 epfd = epollcreate1();
  if (epfd < 0) return false;
  np->queue = static_cast<i32>(epfd);
  if (simulated) return true;
  CounterEnds ends;
  if (open_counter(&ends) < 0) return false;
  np->breakfd = ends.writer;
  EpollEvent event{epoll_in, 0};
  return epolladd(np->queue, ends.reader, &event) >= 0;
}

bool Linux::netpolladd(NetPoll* np, i32 fd, PollDesc* pd) {
  EpollEvent event{epoll_in | epoll_out | epoll_rdhup | epoll_edge, reinterpret_cast<u64>(pd)};
  return epolladd(np->queue, fd, &event) >= 0;
}

bool Linux::netpolldel(NetPoll* np, i32 fd) { return epolldel(np->queue, fd) >= 0; }

i64 Linux::netpollonce(NetPoll* np, bool block, G** list) {
  EpollEvent events[events_max];
  const i64 n = epollwait(np->queue, events, events_max, block ? -1 : 0);
  for (i64 i = 0; i < n; i++) take(list, events[i]);
  return n;
}

}  // namespace runtime_core
