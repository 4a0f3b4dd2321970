// The poller's part that is Linux's: epoll, edge triggered (original: netpoll_epoll.go).
#include "runtime_core/net/netpoll.h"
#include "runtime_core/os/descriptor.h"
#include "runtime_core/runtime.h"

namespace runtime_core {

namespace {

constexpr u32 events_max = 128;
constexpr u32 news_for_readers = epoll_in | epoll_rdhup | epoll_hup | epoll_err;
constexpr u32 news_for_writers = epoll_out | epoll_hup | epoll_err;

// Original: netpollready.
void add_waiter(G** list, PollDesc* pd, PollMode mode) {
  G* gp = netpoll_end_wait(pd, mode, true);
  if (gp == nullptr) return;
  gp->schedlink = *list;
  *list = gp;
}

void take(G** list, const EpollEvent& event) {
  auto* pd = reinterpret_cast<PollDesc*>(event.data);
  if (pd == nullptr) return;  // the poller's own
  if ((event.events & news_for_readers) != 0) add_waiter(list, pd, PollMode::read);
  if ((event.events & news_for_writers) != 0) add_waiter(list, pd, PollMode::write);
}

bool is_exiting(M* mp) { return !simulated && mp->rt->exiting.load(seq_cst) != 0; }

}  // namespace

bool netpollinited(M* mp) { return mp->rt->netpoll->inited.load(acquire) != 0; }

// REQUIRES: the poller's lock. Natively the process goes on after the program, and a thread that
// waits has to come back: a descriptor that is ready from then on.
void netpollinit(M* mp) {
  NetPoll* np = mp->rt->netpoll;
  const i64 epfd = epollcreate1();
  if (epfd < 0) throw_("netpollinit: failed to create descriptor");
  np->epfd = static_cast<i32>(epfd);
  if (!simulated) {
    np->breakfd = static_cast<i32>(open_counter());
    EpollEvent event{epoll_in, 0};
    if (np->breakfd < 0 || epolladd(np->epfd, np->breakfd, &event) < 0) {
      throw_("netpollinit: failed to create descriptor");
    }
  }
  np->inited.store(1, release);
}

// Edge triggered, once for all: what is ready is said once, to whoever looks.
void netpolladd(M* mp, i32 fd, PollDesc* pd) {
  EpollEvent event{epoll_in | epoll_out | epoll_rdhup | epoll_edge, reinterpret_cast<u64>(pd)};
  if (epolladd(mp->rt->netpoll->epfd, fd, &event) < 0) throw_("netpollopen: epollctl failed");
}

void netpolldel(M* mp, i32 fd) {
  if (epolldel(mp->rt->netpoll->epfd, fd) < 0) throw_("netpollclose: epollctl failed");
}

G* netpoll(M* mp, bool block) {
  if (!netpollinited(mp)) return nullptr;
  EpollEvent events[events_max];
  for (;;) {
    const i64 n = epollwait(mp->rt->netpoll->epfd, events, events_max, block ? -1 : 0);
    if (n < 0 && n != -eintr) throw_("epollwait failed");
    G* list = nullptr;
    for (i64 i = 0; i < n; i++) take(&list, events[i]);
    if (list != nullptr || is_exiting(mp) || (n >= 0 && !block)) return list;
  }
}

void netpollbreak(Runtime* rt) {
  if (rt->netpoll == nullptr || rt->netpoll->inited.load(acquire) == 0) return;
  write_counter(rt->netpoll->breakfd, 1);
}

}  // namespace runtime_core
