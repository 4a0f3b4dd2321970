// Ms for Ps that have work, and no more of them than can be of use (original: startm, wakep,
// handoffp, resetspinning; facts §17.6, §17.7).
#include "runtime_core/gc/mgc.h"
#include "runtime_core/os/thread.h"
#include "runtime_core/runtime.h"
#include "runtime_core/sched/proc.h"

namespace runtime_core {

// Ms are never freed.
M* allocm(M* mp) {
  return static_cast<M*>(persistentalloc(mp, sizeof(M), cache_line_size, &mp->rt->stats.other_sys));
}

namespace {

void start_new_m(M* mp, P* pp, bool spinning) {
  M* child = allocm(mp);
  child->spinning = spinning;
  child->nextp = pp;
  newm(mp, child, mstart_goroutines, nullptr);
}

// Of what a P without an M may be needed for, what is seen without the lock.
bool has_work(M* mp, P* pp) {
  if (!runqempty(pp)) return true;
  if (rules().handoffp_looks_at_global && runqsize(mp) != 0) return true;
  // Not in the original, where finalizers then wait until somebody runs out of work.
  return rules().handoffp_looks_at_finalizers && fing_is_due(mp);
}

// Counts one M that looks for work, unless there is one already.
bool count_first_spinning(M* mp) {
  u32 none = 0;
  return mp->rt->sched.nmspinning.compare_exchange_strong(none, 1, seq_cst, seq_cst);
}

}  // namespace

// Runs pp, or without one an idle P if there is any. `spinning`: the caller has counted one more M
// that looks for work.
void startm(M* mp, P* pp, bool spinning) {
  Sched& sched = mp->rt->sched;
  lock(mp, &sched.lock);
  if (pp == nullptr) pp = pidleget(mp);
  if (pp == nullptr) {
    unlock(mp, &sched.lock);
    if (spinning) sched.nmspinning.fetch_sub(1, seq_cst);
    return;
  }
  M* idle = mget(mp);
  unlock(mp, &sched.lock);
  if (idle == nullptr) return start_new_m(mp, pp, spinning);
  if (idle->spinning) throw_("startm: m is spinning");
  if (idle->nextp != nullptr) throw_("startm: m has p");
  idle->spinning = spinning;
  idle->nextp = pp;
  notewakeup(mp, &idle->park);
}

void injectglist(M* mp, G* list) {
  Sched& sched = mp->rt->sched;
  u32 n = 0;
  lock(mp, &sched.lock);
  for (; list != nullptr; n++) {
    G* gp = list;
    list = gp->schedlink;
    casgstatus(gp, g_waiting, g_runnable);
    globrunqput(mp, gp);
  }
  unlock(mp, &sched.lock);
  for (; n != 0 && sched.npidle.load(seq_cst) != 0; n--) startm(mp, nullptr, false);
}

// Original: the end of starttheworld. The Ps at the head of the list of idle ones have work.
// REQUIRES: sched lock. What is to be done once it is released is in the result.
WorldStart pair_working_ps(M* mp) {
  WorldStart start{nullptr, nullptr};
  while (P* pp = pidleget(mp)) {
    if (runqempty(pp)) {
      pidleput(mp, pp);
      break;
    }
    M* idle = mget(mp);
    if (idle == nullptr) {
      pp->link = start.orphans;
      start.orphans = pp;
      continue;
    }
    if (idle->nextp != nullptr) throw_("starttheworld: inconsistent mp->nextp");
    idle->nextp = pp;
    if (!rules().start_pairs_first) {
      notewakeup(mp, &idle->park);
      continue;
    }
    idle->schedlink = start.ready;
    start.ready = idle;
  }
  wake_sysmon(mp);
  return start;
}

void start_ps(M* mp, WorldStart start) {
  while (start.ready != nullptr) {
    M* idle = start.ready;
    start.ready = idle->schedlink;
    idle->schedlink = nullptr;
    notewakeup(mp, &idle->park);
  }
  while (start.orphans != nullptr) {
    P* pp = start.orphans;
    start.orphans = pp->link;
    pp->link = nullptr;
    start_new_m(mp, pp, false);
  }
}

// One more M looks for work, if none does already.
void wakep(M* mp) {
  if (count_first_spinning(mp)) startm(mp, nullptr, true);
}

// What there is to do after a G has been made findable, in this order (proc.h).
void wake_if_idle(M* mp) {
  Sched& sched = mp->rt->sched;
  if (sched.npidle.load(seq_cst) == 0) return;
  if (sched.nmspinning.load(seq_cst) != 0) return;
  wakep(mp);
}

void drop_spinning(M* mp) {
  if (!mp->spinning) return;
  mp->spinning = false;
  mp->rt->sched.nmspinning.fetch_sub(1, seq_cst);
}

// The M has found work. The last one that does looks whether there is some for others. The original
// cannot see a count below zero any more.
void resetspinning(M* mp) {
  Sched& sched = mp->rt->sched;
  u32 others = 0;
  if (mp->spinning) {
    mp->spinning = false;
    const u32 before = sched.nmspinning.fetch_sub(1, seq_cst);
    if (before == 0) throw_("findrunnable: negative nmspinning");
    others = before - 1;
  } else {
    others = sched.nmspinning.load(seq_cst);
  }
  if (others == 0 && sched.npidle.load(seq_cst) > 0) wakep(mp);
}

// Original: handoffp. The caller has released pp, which is on no list.
void handoffp_to_goroutines(M* mp, P* pp) {
  Sched& sched = mp->rt->sched;
  if (has_work(mp, pp)) return startm(mp, pp, false);
  const u32 looking = sched.nmspinning.load(seq_cst);
  if (looking + sched.npidle.load(seq_cst) == 0 && count_first_spinning(mp)) {
    return startm(mp, pp, true);
  }
  lock(mp, &sched.lock);
  if (const u32 waiting = sched.gcwaiting.load(seq_cst); waiting != 0) {
    pp->status.store(p_gcstop, seq_cst);
    count_stopped(mp, waiting);
    unlock(mp, &sched.lock);
    return;
  }
  run_safepoint_fn_of(mp, pp);  // who gets it earlier does so before running anybody
  if (rules().handoffp_looks_at_global && runqsize(mp) != 0) {
    unlock(mp, &sched.lock);
    return startm(mp, pp, false);
  }
  // The last P that runs, and nobody waits for the network: whoever runs it will, or finds work.
  const u32 others = static_cast<u32>(count_ps(mp)) - 1;
  if (rules().handoffp_looks_at_network && network_is_unwatched(mp) &&
      sched.npidle.load(seq_cst) == others) {
    unlock(mp, &sched.lock);
    return startm(mp, pp, false);
  }
  pidleput(mp, pp);
  unlock(mp, &sched.lock);
}

void mstart_goroutines(M* mp) {
  mp->g = &mp->g0;
  if (mp->nextp != nullptr) {
    acquirep(mp, mp->nextp);
    mp->nextp = nullptr;
  }
  schedule(mp);
}

void mstart_idle(M* mp) {
  mp->g = &mp->g0;
  stopm_listed(mp);
  schedule(mp);
}

}  // namespace runtime_core
