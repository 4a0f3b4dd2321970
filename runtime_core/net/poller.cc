// Who looks at the network: Ms that look for work, one of those that found none, who watches, and
// who starts the world (original: findrunnable, sysmon, starttheworld, handoffp).
#include "runtime_core/net/netpoll.h"
#include "runtime_core/os/os.h"
#include "runtime_core/runtime.h"
#include "runtime_core/sched/proc.h"

namespace runtime_core {

namespace {

constexpr i64 overdue_ns = 10'000'000;

// Never 0, which says that somebody waits.
i64 time_of_poll() {
  const i64 now = nanotime();
  return now != 0 ? now : 1;
}

G* take_first(M* mp, G* list) {
  G* others = list->schedlink;
  list->schedlink = nullptr;
  if (others != nullptr) injectglist(mp, others);
  casgstatus(list, g_waiting, g_runnable);
  return list;
}

}  // namespace

G* poll_network(M* mp) {
  if (mp->rt->netpoll == nullptr) return nullptr;
  G* list = netpoll(mp, false);
  return list != nullptr ? take_first(mp, list) : nullptr;
}

G* wait_for_network(M* mp) {
  NetPoll* np = mp->rt->netpoll;
  if (np == nullptr) return nullptr;
  // Who says that he waits must wait: others give their last P up for that.
  if (rules().netpoll_tests_inited && !netpollinited(mp)) return nullptr;
  if (np->lastpoll.exchange(0, seq_cst) == 0) return nullptr;
  if (mp->p != nullptr) throw_("findrunnable: netpoll with p");
  if (mp->spinning) throw_("findrunnable: netpoll with spinning");
  G* list = netpoll(mp, true);
  np->lastpoll.store(time_of_poll(), seq_cst);
  if (list == nullptr) return nullptr;
  lock(mp, &mp->rt->sched.lock);
  P* pp = pidleget(mp);
  unlock(mp, &mp->rt->sched.lock);
  if (pp == nullptr) {
    injectglist(mp, list);
    return nullptr;
  }
  acquirep(mp, pp);
  return take_first(mp, list);
}

void poll_if_overdue(M* mp, i64 now) {
  NetPoll* np = mp->rt->netpoll;
  if (np == nullptr) return;
  i64 last = np->lastpoll.load(seq_cst);
  if (last == 0 || last + overdue_ns >= now) return;
  np->lastpoll.compare_exchange_strong(last, now, seq_cst, seq_cst);
  G* list = netpoll(mp, false);
  if (list == nullptr) return;
  // One more counts as running: those that the list goes to may all have stopped before its Ms run.
  incidlelocked(mp, -1);
  injectglist(mp, list);
  incidlelocked(mp, 1);
}

void inject_network(M* mp) {
  if (mp->rt->netpoll == nullptr) return;
  G* list = netpoll(mp, false);
  if (list != nullptr) injectglist(mp, list);
}

bool network_is_unwatched(M* mp) {
  NetPoll* np = mp->rt->netpoll;
  return np != nullptr && np->lastpoll.load(seq_cst) != 0;
}

}  // namespace runtime_core
