// Stopping and starting the world, and the number of Ps (original: proc.go; facts 17.12-17.13).
#include "runtime_core/chan/chan.h"
#include "runtime_core/gc/mgc.h"
#include "runtime_core/os/check.h"
#include "runtime_core/os/os.h"
#include "runtime_core/os/signal.h"
#include "runtime_core/os/thread.h"
#include "runtime_core/runtime.h"
#include "runtime_core/sched/proc.h"
#include "runtime_core/sched/sched.h"

namespace runtime_core {

namespace {

// Stops the idle Ps and our own. REQUIRES: sched lock. Returns what is still to be waited for.
i32 stop_idle(M* mp) {
  Sched& sched = mp->rt->sched;
  mp->p->status.store(p_gcstop, seq_cst);
  sched.stopwait--;
  for (i32 i = 0; i < count_ps(mp); i++) {
    P* pp = p_at(mp, i);
    u32 in_syscall = p_syscall;
    if (pp->status.load(seq_cst) != p_syscall) continue;
    if (pp->status.compare_exchange_strong(in_syscall, p_gcstop, seq_cst, seq_cst)) {
      sched.stopwait--;
    }
  }
  while (P* pp = pidleget(mp)) {
    pp->status.store(p_gcstop, seq_cst);
    sched.stopwait--;
  }
  return sched.stopwait;
}

void wait_for_running(M* mp) {
  Sched& sched = mp->rt->sched;
  if (rules().stop_asks_again) {
    notesleep_asking(mp, &sched.stopnote, "stoptheworld: a P never stops",
                     [mp] { preemptall(mp); });
  } else {
    notesleep(mp, &sched.stopnote);
  }
  noteclear(&sched.stopnote);
}

void check_stopped(M* mp) {
  if (mp->rt->sched.stopwait != 0) fail("sched.stopped_means_stopped", "stoptheworld: not stopped");
  for (i32 i = 0; i < count_ps(mp); i++) {
    if (p_at(mp, i)->status.load(seq_cst) != p_gcstop) {
      fail("sched.stopped_means_stopped", "stoptheworld: not stopped");
    }
  }
}

P* make_p(M* mp, i32 id) {
  auto* pp =
      static_cast<P*>(persistentalloc(mp, sizeof(P), cache_line_size, &mp->rt->stats.other_sys));
  pp->id = id;
  pp->status.store(p_gcstop, seq_cst);
  if (id == 0 && mp->mcache != nullptr && mp->p == nullptr) {
    pp->mcache = mp->mcache;  // the bootstrap's
  } else {
    pp->mcache = allocmcache(mp);
  }
  return pp;
}

// Pairs idle Ps with idle Ms that want one; the list is linked by schedlink. REQUIRES: sched lock.
M* pair_idle(M* mp) {
  Sched& sched = mp->rt->sched;
  M* ready = nullptr;
  for (M** link = &sched.midle; *link != nullptr && sched.pidle != nullptr;) {
    M* m = *link;
    if (!m->wantp) {
      link = &m->schedlink;
      continue;
    }
    *link = m->schedlink;
    sched.nmidle--;
    if (m->nextp != nullptr) throw_("starttheworld: inconsistent mp->nextp");
    m->nextp = pidleget(mp);
    m->schedlink = ready;
    ready = m;
  }
  return ready;
}

}  // namespace

// Asks the goroutine of a P to let others run; racy, and best effort. False: nobody was asked.
bool preemptone(M* mp, P* pp) {
  M* m = pp->m.load(relaxed);
  if (m == nullptr || m == mp) return false;
  G* gp = m->curg.load(relaxed);
  if (gp == nullptr) return false;
  gp->preempt.store(true, relaxed);
  gp->stackguard0.store(stack_preempt, relaxed);
  return true;
}

// Original: preemptall. Asks the M of every running P to come to its next safe point.
bool preemptall(M* mp) {
  bool any = false;
  for (i32 i = 0; i < count_ps(mp); i++) {
    P* pp = p_at(mp, i);
    if (pp == nullptr || pp->status.load(seq_cst) != p_running) continue;
    if (mp->rt->sched.runs_goroutines) {
      any = preemptone(mp, pp) || any;
      continue;
    }
    M* m = pp->m.load(relaxed);  // racy: the P may be changing hands; then the retry helps
    if (m == nullptr || m == mp) continue;
    m->preempt.store(true, seq_cst);
    any = true;
  }
  return any;
}

// Original: stoptheworld. REQUIRES: worldsema held, m.gcing set. On return only this M and Ms
// without a P run.
void stoptheworld(M* mp) {
  Sched& sched = mp->rt->sched;
  if (mp->locks > 0) throw_("stoptheworld: holding locks");
  lock(mp, &sched.lock);
  sched.stopwait = count_ps(mp);
  // Stored before the statuses are read, as safepoint's partner reads it after its own store.
  sched.gcwaiting.store(1, seq_cst);
  preemptall(mp);
  const bool wait = stop_idle(mp) > 0;
  unlock(mp, &sched.lock);
  if (wait) wait_for_running(mp);
  check_stopped(mp);
  event(Event::world_stopped);
}

// Original: starttheworld.
void starttheworld(M* mp) {
  Sched& sched = mp->rt->sched;
  event(Event::world_started);
  mp->locks++;  // nobody may take our P before the Ps are consistent
  inject_network(mp);
  lock(mp, &sched.lock);
  const u32 procs = sched.newprocs != 0 ? sched.newprocs : static_cast<u32>(count_ps(mp));
  sched.newprocs = 0;
  procresize(mp, procs);
  sched.gcwaiting.store(0, seq_cst);
  const WorldStart start =
      sched.runs_goroutines ? pair_working_ps(mp) : WorldStart{pair_idle(mp), nullptr};
  unlock(mp, &sched.lock);
  start_ps(mp, start);
  mp->locks--;
}

// Original: freezetheworld. A request is lost on an M that is about to run somebody else, hence
// several; one that is missed all the same runs on until it looks for work.
void freezetheworld(M* mp) {
  constexpr u32 attempts = 5, pause_us = 1000;
  if (count_ps(mp) == 1) return;
  for (u32 i = 0; i < attempts; i++) {
    if (rules().freeze_stops_scheduler) mp->rt->sched.gcwaiting.store(world_frozen, seq_cst);
    if (!preemptall(mp)) break;
    usleep(pause_us);
  }
  usleep(pause_us);
  preemptall(mp);
  usleep(pause_us);
}

M* take_world(M* mp) {
  mp = semacquire_world(mp);
  mp->gcing = 1;
  systemstack(mp, [&] { stoptheworld(mp); });
  return mp;
}

void give_world_back(M* mp) {
  mp->gcing = 0;
  semrelease_world(mp);
  systemstack(mp, [&] { starttheworld(mp); });
}

// Original: procresize. The calling M leaves with P 0, the other Ps are idle.
// REQUIRES: sched lock, and the world stopped or not yet started.
void procresize(M* mp, u32 n) {
  Runtime* rt = mp->rt;
  if (n == 0 || n > max_gomaxprocs) throw_("procresize: invalid arg");
  const i32 old = count_ps(mp);
  const i32 count = static_cast<i32>(n);
  for (i32 i = 0; i < count; i++) {
    if (p_at(mp, i) == nullptr) {
      rt->allp[i].store(make_p(mp, i), release);  // publishes the P to preemptall
    } else if (p_at(mp, i)->mcache == nullptr) {
      p_at(mp, i)->mcache = allocmcache(mp);
    }
  }
  if (rt->sched.runs_goroutines) {
    runqcollect(mp, old);
    runqspread(mp, count);
  }
  for (i32 i = count; i < old; i++) {
    P* pp = p_at(mp, i);
    if (rt->sched.runs_goroutines) gfpurge(mp, pp);
    freemcache(mp, pp->mcache);
    pp->mcache = nullptr;
    pp->status.store(p_dead, seq_cst);
  }
  if (mp->p != nullptr) {
    event(Event::p_release, reinterpret_cast<u64>(mp->p), reinterpret_cast<u64>(mp));
    mp->p->m.store(nullptr, relaxed);
  }
  mp->p = nullptr;
  mp->mcache = nullptr;
  P* first = p_at(mp, 0);
  first->m.store(nullptr, relaxed);
  first->status.store(p_idle, seq_cst);
  acquirep(mp, first);
  for (i32 i = count - 1; i > 0; i--) {
    P* pp = p_at(mp, i);
    pp->status.store(p_idle, seq_cst);
    pidleput(mp, pp);
  }
  rt->gomaxprocs.store(count, seq_cst);
}

// Original: GOMAXPROCS. The old value; n of 0 only asks.
u32 gomaxprocsfunc(M* mp, u32 n) {
  if (n > max_gomaxprocs) n = max_gomaxprocs;
  lock(mp, &mp->rt->sched.lock);
  const u32 old = static_cast<u32>(count_ps(mp));
  unlock(mp, &mp->rt->sched.lock);
  if (n == 0 || n == old) return old;
  mp = take_world(mp);
  mp->rt->sched.newprocs = n;
  give_world_back(mp);
  return old;
}

// What a function prologue does when it finds the stack guard poisoned (original: newstack).
void safepoint(M* mp) {
  FinState& fin = mp->rt->work.fin;
  // Both flags are hints; wakefing looks again under the lock.
  if (fin.fingwait.load(relaxed) && !on_g0(mp) && mp->locks == 0) {
    if (fin.fingwake.load(relaxed)) wakefing(mp);
  }
  if (!mp->preempt.load(relaxed)) return;
  if (mp->locks != 0 || mp->mallocing != 0 || mp->gcing != 0 || mp->p == nullptr) return;
  mp->preempt.store(false, relaxed);
  if (mp->rt->sched.gcwaiting.load(seq_cst) != 0) gcstopm(mp);
}

// Original: osinit.
void osinit(Runtime* rt) { rt->ncpu = ncpu(); }

// Original: rt0_go, and what mstart1 does for m0 alone. The number of Ps is the caller's to say:
// GOMAXPROCS is not read.
void rt0_go(Runtime* rt, M* m0, i32 argc, const char* const* argv, u32 procs) {
  check();
  args(rt, argc, argv);
  osinit(rt);
  schedinit(rt, m0, procs);
  minit(m0);
  initsig();
}

// Original: schedinit. m0 becomes the first M, with P 0 of `procs`.
void schedinit(Runtime* rt, M* m0, u32 procs) {
  event(Event::runtime_init, reinterpret_cast<u64>(rt));
  mcommoninit(rt, m0);
  rt->work.worldsema.store(1, seq_cst);
  mallocinit(m0);
  alginit(rt);
  goenvs(rt);
  parsedebugvars(rt);
  gcinit(m0);
  lock(m0, &rt->sched.lock);
  procresize(m0, procs);
  unlock(m0, &rt->sched.lock);
  if (!rt->sched.runs_goroutines) return;
  stackinit(m0);
  const Type sudog = make_sudog_type(), hchan = make_hchan_type(), defer = make_defer_type();
  rt->types.sudog = sudog;
  rt->types.hchan = hchan;
  rt->types.defer = defer;
  rt->deferproc_type = &rt->types.defer;
  rt->defer_header_bytes = sizeof(Defer);
}

}  // namespace runtime_core
