// Descriptors that goroutines wait for (original: netpoll.go).
#include "runtime_core/net/netpoll.h"

#include "runtime_core/heap/malloc.h"
#include "runtime_core/os/mem.h"
#include "runtime_core/runtime.h"
#include "runtime_core/sched/proc.h"

namespace runtime_core {

namespace {

constexpr uintptr block_bytes = 4096;

NetPoll& poller_of(M* mp) {
  if (mp->rt->netpoll == nullptr) throw_("netpoll: the runtime has no poller");
  return *mp->rt->netpoll;
}

// Original: pollcache.alloc. REQUIRES: the poller's lock.
PollDesc* alloc(M* mp, NetPoll& np) {
  if (np.free == nullptr) {
    constexpr uintptr n = block_bytes / sizeof(PollDesc);
    auto* block = static_cast<PollDesc*>(
        persistentalloc(mp, n * sizeof(PollDesc), 0, &mp->rt->stats.other_sys));
    for (uintptr i = 0; i < n; i++) {
      block[i].link = np.free;
      np.free = &block[i];
    }
  }
  PollDesc* pd = np.free;
  np.free = pd->link;
  return pd;
}

void check_unused(const PollDesc* pd, const char* message) {
  for (const PollSide& side : pd->side) {
    const uintptr waiter = side.waiter.load(relaxed);
    if (waiter != 0 && waiter != pd_ready) throw_(message);
  }
}

// Original: netpollblockcommit.
bool commit(M*, G* gp, void* waiter) {
  uintptr wait = pd_wait;
  return static_cast<std::atomic<uintptr>*>(waiter)->compare_exchange_strong(
      wait, reinterpret_cast<uintptr>(gp), seq_cst, seq_cst);
}

// True if there were news that nobody had waited for; then they are used up. Else somebody waits
// now.
bool take_news_or_begin(std::atomic<uintptr>& waiter) {
  for (;;) {
    const uintptr old = waiter.load(seq_cst);
    if (old == pd_ready) {
      waiter.store(0, seq_cst);
      return true;
    }
    if (old != 0) throw_("netpollblock: double wait");
    uintptr nobody = 0;
    if (waiter.compare_exchange_strong(nobody, pd_wait, seq_cst, seq_cst)) return false;
  }
}

// Original: netpollblock. True if there were news; false if the wait was ended otherwise.
bool block(G* gp, PollDesc* pd, PollMode mode) {
  std::atomic<uintptr>& waiter = side_of(pd, mode).waiter;
  if (take_news_or_begin(waiter)) return true;
  // Who closes or sets a deadline may have looked before anybody waited.
  if (!rules().netpollblock_rechecks || netpollcheckerr(pd, mode) == PollResult::ready) {
    gopark(gp, commit, &waiter, "IO wait");
  }
  const uintptr old = waiter.exchange(0, seq_cst);
  if (old > pd_wait) throw_("netpollblock: corrupted state");
  return old == pd_ready;
}

}  // namespace

void netpollprepare(M* m0) {
  auto* np =
      static_cast<NetPoll*>(persistentalloc(m0, sizeof(NetPoll), 0, &m0->rt->stats.other_sys));
  np->lastpoll.store(1, relaxed);
  m0->rt->netpoll = np;
}

// Original: netpollServerInit and netpollOpen.
PollDesc* netpollopen(G* gp, i32 fd) {
  NetPoll& np = poller_of(gp->m);
  lock(gp->m, &np.lock);
  if (np.inited.load(relaxed) == 0) netpollinit(gp->m);
  PollDesc* pd = alloc(gp->m, np);
  unlock(gp->m, &np.lock);
  lock(gp->m, &pd->lock);
  check_unused(pd, "netpollOpen: blocked on free descriptor");
  pd->fd = fd;
  pd->closing.store(false, seq_cst);
  pd->seq++;
  for (PollSide& side : pd->side) {
    side.waiter.store(0, seq_cst);
    side.deadline.store(0, seq_cst);
  }
  unlock(gp->m, &pd->lock);
  netpolladd(gp->m, fd, pd);
  return pd;
}

// Original: netpollClose.
void netpollclose(G* gp, PollDesc* pd) {
  if (!pd->closing.load(seq_cst)) throw_("netpollClose: close w/o unblock");
  check_unused(pd, "netpollClose: blocked on closing descriptor");
  netpolldel(gp->m, pd->fd);
  NetPoll& np = poller_of(gp->m);
  lock(gp->m, &np.lock);
  pd->link = np.free;
  np.free = pd;
  unlock(gp->m, &np.lock);
}

PollResult netpollcheckerr(const PollDesc* pd, PollMode mode) {
  if (pd->closing.load(seq_cst)) return PollResult::closing;
  const PollSide& side = pd->side[static_cast<u32>(mode)];
  return side.deadline.load(seq_cst) < 0 ? PollResult::timeout : PollResult::ready;
}

PollResult netpollreset(PollDesc* pd, PollMode mode) {
  const PollResult error = netpollcheckerr(pd, mode);
  if (error == PollResult::ready) side_of(pd, mode).waiter.store(0, seq_cst);
  return error;
}

PollResult netpollwait(G* gp, PollDesc* pd, PollMode mode) {
  for (;;) {
    const PollResult error = netpollcheckerr(pd, mode);
    if (error != PollResult::ready) return error;
    // A deadline that was over may have been set anew before this goroutine ran again: it waits on.
    if (block(gp, pd, mode)) return PollResult::ready;
  }
}

// Original: netpollunblock. The goroutine that has waited, if there is one.
G* netpoll_end_wait(PollDesc* pd, PollMode mode, bool ioready) {
  std::atomic<uintptr>& waiter = side_of(pd, mode).waiter;
  for (;;) {
    uintptr old = waiter.load(seq_cst);
    if (old == pd_ready) return nullptr;
    // News are kept for who waits next; who begins to wait looks for the rest himself.
    if (old == 0 && !(ioready && rules().netpoll_keeps_news)) return nullptr;
    if (!waiter.compare_exchange_strong(old, ioready ? pd_ready : 0, seq_cst, seq_cst)) continue;
    return old > pd_wait ? reinterpret_cast<G*>(old) : nullptr;
  }
}

// There are news: adds the goroutine that waits for them to the list.
void netpollready(G** list, PollDesc* pd, PollMode mode) {
  if (G* gp = netpoll_end_wait(pd, mode, true)) push_g(list, gp);
}

void netpollunblock(G* gp, PollDesc* pd) {
  lock(gp->m, &pd->lock);
  if (pd->closing.load(relaxed)) throw_("netpollUnblock: already closing");
  pd->closing.store(true, rules().netpollunblock_fence ? seq_cst : release);
  pd->seq++;
  G* reader = netpoll_end_wait(pd, PollMode::read, false);
  G* writer = netpoll_end_wait(pd, PollMode::write, false);
  netpolldeltimers(gp, pd);
  unlock(gp->m, &pd->lock);
  if (reader != nullptr) ready(gp->m, reader);
  if (writer != nullptr) ready(gp->m, writer);
}

}  // namespace runtime_core
