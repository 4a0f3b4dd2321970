// The network poller: goroutines that wait until a descriptor is ready, or for a time at most
// (original: netpoll.go, netpoll_epoll.go, netpoll_kqueue.go; facts §19.7).
//
// Threads: what takes a G is called by that goroutine; netpoll() by any M, also without a P. Of one
//   descriptor one goroutine waits for reading and one for writing. A side's `waiter` is swapped by
//   all, `lock` guards the rest; `closing` and `deadline` are read without it.
// Invariants: netpoll.result — a wait ends when the descriptor has had news since the last one, or
//   its deadline is over, or it is being closed, and says which.
// Ordering: who ends waits stores `closing` or `deadline`, then looks for a waiter; who is about to
//   wait says so in `waiter`, then looks at both again. Both are store-load, and one of the two
//   sees the other. The swap that leaves a goroutine in `waiter` publishes it to the one that takes
//   it.
#pragma once

#include "runtime_core/sched/timer.h"
#include "runtime_core/sync/mutex.h"

namespace runtime_core {

struct G;
struct M;
struct Runtime;

enum class PollMode : u32 { read, write };
inline constexpr u32 poll_modes = 2;
enum class PollResult : u32 { ready, closing, timeout };

// What a side's `waiter` holds, besides 0 and a G.
inline constexpr uintptr pd_ready = 1, pd_wait = 2;

// Original: rg, rt, rd and wg, wt, wd.
struct PollSide {
  std::atomic<uintptr> waiter;
  std::atomic<i64> deadline;  // nanotime(); 0: none; negative: it is over
  Timer timer;                // its f is null while it is not in use
};

// Never freed to the system: news of a descriptor that was closed may come late.
struct PollDesc {
  PollDesc* link;  // of the free ones
  Mutex lock;
  i32 fd;
  std::atomic<bool> closing;
  uintptr seq;  // of the timers that are still meant
  PollSide side[poll_modes];
};

inline PollSide& side_of(PollDesc* pd, PollMode mode) { return pd->side[static_cast<u32>(mode)]; }

struct NetPoll {
  std::atomic<u32> inited;    // the system's part exists
  std::atomic<i64> lastpoll;  // when somebody looked, never 0; 0: somebody waits in it
  i32 queue;                  // an epoll, or a kqueue; published by `inited`
  i32 breakfd;                // likewise; natively
  Mutex lock;                 // of the start and the free descriptors
  PollDesc* free;
};

// Gives the runtime a poller; before there are threads. Without one nobody ever looks.
void netpollprepare(M* m0);

// --- descriptors (netpoll.cc) -------------------------------------------------------------------
PollDesc* netpollopen(G* gp, i32 fd);
// REQUIRES: netpollunblock() has been called, and nobody waits any more.
void netpollclose(G* gp, PollDesc* pd);
// Before an attempt to read or write: what was news before is none any more.
PollResult netpollreset(PollDesc* pd, PollMode mode);
// After an attempt that would have blocked: waits until another is worth while.
PollResult netpollwait(G* gp, PollDesc* pd, PollMode mode);
// The descriptor is about to be closed: all waits end.
void netpollunblock(G* gp, PollDesc* pd);
// Original: netpollunblock, netpollready and netpollcheckerr, which others need.
G* netpoll_end_wait(PollDesc* pd, PollMode mode, bool ioready);
void netpollready(G** list, PollDesc* pd, PollMode mode);
PollResult netpollcheckerr(const PollDesc* pd, PollMode mode);

// --- deadlines (deadline.cc) --------------------------------------------------------------------
// For reading, writing or both. `when`: as nanotime(); 0: none any more; negative: at once.
void netpollsetdeadline(G* gp, PollDesc* pd, i64 when, bool reading, bool writing);
// REQUIRES: pd->lock.
void netpolldeltimers(G* gp, PollDesc* pd);

// --- the system's part (system_poller.cc; netpoll_epoll.cc, netpoll_kqueue.cc) ------------------
bool netpollinited(M* mp);
// REQUIRES: the poller's lock.
void netpollinit(M* mp);
// Edge triggered, once for all: what is ready is said once, to whoever looks.
void netpolladd(M* mp, i32 fd, PollDesc* pd);
void netpolldel(M* mp, i32 fd);
// The goroutines whose descriptors have news, linked by schedlink, still waiting. `block`: waits
// until there is one, or the runtime exits.
G* netpoll(M* mp, bool block);
void netpollbreak(Runtime* rt);  // natively: who waits looks whether the runtime exits

// --- who looks (poller.cc) ----------------------------------------------------------------------
// One goroutine that is runnable now, the others are in the global queue; null: there is none.
G* poll_network(M* mp);
// The same, for an M without a P: waits if nobody else does. Then it has a P, or null is returned.
G* wait_for_network(M* mp);
// By who watches: somebody looked long ago.
void poll_if_overdue(M* mp, i64 now);
// By who starts the world: those that are ready go to the global queue.
void inject_network(M* mp);
// Nobody waits in the poller. REQUIRES: sched lock.
bool network_is_unwatched(M* mp);

}  // namespace runtime_core
