// The poller of the system that the program runs on.
#include "runtime_core/net/netpoll.h"
#include "runtime_core/os/descriptor.h"
#include "runtime_core/os/systems.h"
#include "runtime_core/runtime.h"

namespace runtime_core {

namespace {

bool is_exiting(M* mp) { return !simulated && mp->rt->exiting.load(seq_cst) != 0; }

}  // namespace

bool netpollinited(M* mp) { return mp->rt->netpoll->inited.load(acquire) != 0; }

void netpollinit(M* mp) {
  NetPoll* np = mp->rt->netpoll;
  if (!on_system([&](auto s) { return s.netpollinit(np); })) {
    throw_("netpollinit: failed to create descriptor");
  }
  np->inited.store(1, release);
}

void netpolladd(M* mp, i32 fd, PollDesc* pd) {
  NetPoll* np = mp->rt->netpoll;
  if (on_system([&](auto s) { return s.netpolladd(np, fd, pd); })) return;
  throw_("netpollopen: the descriptor cannot be watched");
}

void netpolldel(M* mp, i32 fd) {
  NetPoll* np = mp->rt->netpoll;
  if (on_system([&](auto s) { return s.netpolldel(np, fd); })) return;
  throw_("netpollclose: the descriptor was not watched");
}

G* netpoll(M* mp, bool block) {
  if (!netpollinited(mp)) return nullptr;
  NetPoll* np = mp->rt->netpoll;
  for (;;) {
    G* list = nullptr;
    const i64 n = on_system([&](auto s) { return s.netpollonce(np, block, &list); });
    if (n < 0 && n != -eintr) throw_("netpoll: waiting failed");
    if (list != nullptr || is_exiting(mp) || (n >= 0 && !block)) return list;
  }
}

void netpollbreak(Runtime* rt) {
  if (rt->netpoll == nullptr || rt->netpoll->inited.load(acquire) == 0) return;
  write_counter(rt->netpoll->breakfd, 1);
}

}  // namespace runtime_core
