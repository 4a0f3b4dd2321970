// Ms and Ps: who holds which, and what an M without work does (original: proc.go; facts 17.9).
#include "runtime_core/gc/mgc.h"
#include "runtime_core/os/os.h"
#include "runtime_core/os/signal.h"
#include "runtime_core/os/thread.h"
#include "runtime_core/runtime.h"
#include "runtime_core/sched/proc.h"
#include "runtime_core/sched/sched.h"

namespace runtime_core {

namespace {

// Takes the first idle M that has a program to run off the list. REQUIRES: sched lock.
M* mget_wanting(M* mp) {
  Sched& sched = mp->rt->sched;
  for (M** link = &sched.midle; *link != nullptr; link = &(*link)->schedlink) {
    M* m = *link;
    if (!m->wantp) continue;
    *link = m->schedlink;
    m->schedlink = nullptr;
    sched.nmidle--;
    return m;
  }
  return nullptr;
}

bool is_exiting(M* mp) { return mp->rt->exiting.load(seq_cst) != 0; }
bool is_stopping(M* mp) { return mp->rt->sched.gcwaiting.load(seq_cst) != 0; }

// The state of an M that has just been parked: asleep on its note until somebody has news.
void sleep_parked(M* mp) {
  notesleep(mp, &mp->park);
  noteclear(&mp->park);
}

void help_collector(M* mp) {
  gchelper(mp);
  mp->helpgc = 0;
  mp->mcache = nullptr;
}

// Enters the list of idle Ms. False: there is no need to sleep, it has a P or the runtime exits.
bool enter_idle_list(M* mp) {
  Sched& sched = mp->rt->sched;
  lock(mp, &sched.lock);
  if (!mp->wantp && is_exiting(mp)) {
    unlock(mp, &sched.lock);
    return false;
  }
  // A P may have become idle while this M was helping and on no list.
  if (mp->wantp && !is_stopping(mp) && sched.pidle != nullptr) {
    P* pp = pidleget(mp);
    unlock(mp, &sched.lock);
    acquirep(mp, pp);
    return false;
  }
  mput(mp, mp);
  unlock(mp, &sched.lock);
  return true;
}

// Sleeps on the list; true once there is a P for this M.
bool sleep_idle(M* mp) {
  sleep_parked(mp);
  if (mp->helpgc != 0) {
    help_collector(mp);
    return false;
  }
  if (mp->nextp == nullptr) return false;
  P* pp = mp->nextp;
  mp->nextp = nullptr;
  acquirep(mp, pp);
  return true;
}

// Parks until there is a P for this M, or (without a program) until the runtime exits.
void stopm_on_g0(M* mp) {
  if (mp->locks != 0) throw_("stopm holding locks");
  if (mp->p != nullptr) throw_("stopm holding p");
  drop_spinning(mp);
  while (enter_idle_list(mp) && !sleep_idle(mp)) {
  }
}

}  // namespace

void count_stopped(M* mp, u32 waiting) {
  Sched& sched = mp->rt->sched;
  if (waiting == world_frozen) return;
  sched.stopwait--;
  if (sched.stopwait == 0) notewakeup(mp, &sched.stopnote);
}

// Original: mcommoninit. Registers mp with the runtime. The signal stack comes before the lock: the
// original's allocation cannot fail while it is held, a mapping may.
void mcommoninit(Runtime* rt, M* mp) {
  // Not yet known to the runtime, but locks need an M whose fields are set.
  mp->rt = rt;
  mpreinit(mp);
  lock(mp, &rt->sched.lock);
  const i32 id = rt->sched.mcount++;
  m_init(rt, mp, id);
  unlock(mp, &rt->sched.lock);
}

// Original: mput. REQUIRES: sched lock.
void mput(M* mp, M* idle) {
  Sched& sched = mp->rt->sched;
  idle->schedlink = sched.midle;
  runtime_stored(mp, &idle->schedlink);  // L01: mp has no P, the world may be stopped
  sched.midle = idle;
  runtime_stored(mp, &sched.midle);
  sched.nmidle++;
  if (sched.runs_goroutines) checkdead(mp);
}

// Original: mget. Any idle M. REQUIRES: sched lock.
M* mget(M* mp) {
  Sched& sched = mp->rt->sched;
  M* idle = sched.midle;
  if (idle == nullptr) return nullptr;
  sched.midle = idle->schedlink;
  runtime_stored(mp, &sched.midle);
  idle->schedlink = nullptr;
  sched.nmidle--;
  return idle;
}

// Original: pidleput. REQUIRES: sched lock.
void pidleput(M* mp, P* pp) {
  Sched& sched = mp->rt->sched;
  pp->link = sched.pidle;
  runtime_stored(mp, &pp->link);
  sched.pidle = pp;
  runtime_stored(mp, &sched.pidle);
  sched.npidle.fetch_add(1, seq_cst);
}

// Original: pidleget. REQUIRES: sched lock.
P* pidleget(M* mp) {
  Sched& sched = mp->rt->sched;
  P* pp = sched.pidle;
  if (pp == nullptr) return nullptr;
  sched.pidle = pp->link;
  runtime_stored(mp, &sched.pidle);
  pp->link = nullptr;
  sched.npidle.fetch_sub(1, seq_cst);
  return pp;
}

// Original: acquirep.
void acquirep(M* mp, P* pp) {
  if (mp->p != nullptr || mp->mcache != nullptr) throw_("acquirep: already in go");
  if (pp->m.load(relaxed) != nullptr || pp->status.load(seq_cst) != p_idle) {
    throw_("acquirep: invalid p state");
  }
  mp->mcache = pp->mcache;
  runtime_stored(mp, &mp->mcache);
  mp->p = pp;
  runtime_stored(mp, &mp->p);
  event(Event::p_acquire, reinterpret_cast<u64>(pp), reinterpret_cast<u64>(mp));
  pp->m.store(mp, relaxed);
  pp->status.store(p_running, seq_cst);
}

// Original: releasep. Leaves the P idle, on no list.
P* releasep(M* mp) {
  P* pp = mp->p;
  if (pp == nullptr || mp->mcache == nullptr) throw_("releasep: invalid arg");
  if (pp->m.load(relaxed) != mp || mp->mcache != pp->mcache) throw_("releasep: invalid p state");
  if (pp->status.load(seq_cst) != p_running) throw_("releasep: invalid p state");
  mp->p = nullptr;
  mp->mcache = nullptr;
  event(Event::p_release, reinterpret_cast<u64>(pp), reinterpret_cast<u64>(mp));
  pp->m.store(nullptr, relaxed);
  pp->status.store(p_idle, seq_cst);
  return pp;
}

// Original: handoffp. The P stops with the world, or goes to an M that wants one, or is idle.
void handoffp(M* mp, P* pp) {
  Sched& sched = mp->rt->sched;
  if (sched.runs_goroutines) return handoffp_to_goroutines(mp, pp);
  lock(mp, &sched.lock);
  if (const u32 waiting = sched.gcwaiting.load(seq_cst); waiting != 0) {
    pp->status.store(p_gcstop, seq_cst);
    count_stopped(mp, waiting);
    unlock(mp, &sched.lock);
    return;
  }
  M* heir = mget_wanting(mp);
  if (heir == nullptr) pidleput(mp, pp);
  unlock(mp, &sched.lock);
  if (heir == nullptr) return;
  heir->nextp = pp;
  runtime_stored(mp, &heir->nextp);
  notewakeup(mp, &heir->park);
}

// Original: stopm.
void stopm(M* mp) {
  systemstack(mp, [&] { stopm_on_g0(mp); });
}

void stopm_listed(M* mp) {
  if (!sleep_idle(mp)) stopm_on_g0(mp);
}

// Original: gcstopm. The P of this M stops for the collector; returns with a P.
void gcstopm(M* mp) {
  Sched& sched = mp->rt->sched;
  const u32 waiting = sched.gcwaiting.load(seq_cst);
  if (waiting == 0) throw_("gcstopm: not waiting for gc");
  drop_spinning(mp);
  P* pp = releasep(mp);
  lock(mp, &sched.lock);
  pp->status.store(p_gcstop, seq_cst);
  count_stopped(mp, waiting);
  unlock(mp, &sched.lock);
  stopm(mp);
}

// Original: newm, without a P to hand over: the new M asks for one in mstart1.
void newm(M* mp, M* child, void (*fn)(M*), void* arg) {
  mcommoninit(mp->rt, child);
  child->mstartfn = fn;
  child->mstartarg = arg;
  newosproc(mp, child, nullptr, mstart);
}

// Original: mstart. The thread ends with its program; signals find no stack then.
void mstart(M* mp) {
  minit(mp);
  mp->mstartfn(mp);
  unminit(mp);
}

// Binds an M to a P, before or in its program (original: mstart1 up to schedule).
void mstart1(M* mp) {
  mp->g = &mp->g0;
  mp->wantp = true;
  if (mp->p == nullptr) stopm(mp);
  mp->g = &mp->program;
}

// The program of this M is over: the M serves as a helper of the collector until the exit.
void m_exit_to_idle(M* mp) {
  mp->g = &mp->g0;
  wakefing(mp);
  mp->wantp = false;
  handoffp(mp, releasep(mp));
  stopm(mp);
}

// Original: notetsleepg, that is entersyscallblock, notesleep, exitsyscall.
void notesleepg(M* mp, Note* note) {
  systemstack(mp, [&] {
    handoffp(mp, releasep(mp));
    notesleep(mp, note);
    stopm_on_g0(mp);
  });
}

namespace {

// The threads that sweep and run finalizers in a program without goroutines.
void end_background_threads(M* mp) {
  Work& work = mp->rt->work;
  lock(mp, &work.sweep.lock);
  const bool sweeper = work.sweep.parked;
  work.sweep.parked = false;
  unlock(mp, &work.sweep.lock);
  if (sweeper) notewakeup(mp, &work.sweep.park);
  lock(mp, &work.fin.lock);
  const bool finalizers = work.fin.fingwait.load(relaxed);
  work.fin.fingwait.store(false, relaxed);
  unlock(mp, &work.fin.lock);
  if (finalizers) notewakeup(mp, &work.fin.park);
}

}  // namespace

// Tells idle Ms and the background threads to return. The caller's program is over.
void runtime_exit(M* mp) {
  Runtime* rt = mp->rt;
  rt->exiting.store(1, seq_cst);
  if (!rt->sched.runs_goroutines) end_background_threads(mp);
  netpollbreak(rt);
  lock(mp, &rt->sched.lock);
  M* helpers = nullptr;
  M* others = nullptr;
  while (M* idle = mget(mp)) {
    M** list = idle->wantp ? &others : &helpers;
    idle->schedlink = *list;
    *list = idle;
  }
  while (others != nullptr) {
    M* next = others->schedlink;
    mput(mp, others);
    others = next;
  }
  unlock(mp, &rt->sched.lock);
  while (helpers != nullptr) {
    M* next = helpers->schedlink;
    helpers->schedlink = nullptr;
    notewakeup(mp, &helpers->park);
    helpers = next;
  }
}

}  // namespace runtime_core
