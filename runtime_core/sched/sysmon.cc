// The thread without a P that takes Ps back from system calls and preempts who runs for too long;
// and the report that nobody can run any more (original: sysmon, retake, checkdead; facts §17.15,
// §17.17).
#include "runtime_core/gc/mgc.h"
#include "runtime_core/os/os.h"
#include "runtime_core/runtime.h"
#include "runtime_core/sched/proc.h"

namespace runtime_core {

namespace {

constexpr u32 delay_min_us = 20, delay_max_us = 10'000;
constexpr u32 patient_rounds = 50;  // without effect, before the delay grows
constexpr i64 slice_ns = 10'000'000;

// Whether it is time for a forced collection, for the scavenger, for a line of the trace.
struct Periods {
  explicit Periods(M* mp)
      : forcegc(static_cast<i64>(tuning().forcegc_period_ns)),
        scavenge(static_cast<i64>(tuning().scavenge_limit_ns)),
        lastscavenge(nanotime()) {
    if (mp->rt->debug.scavenge <= 0) return;
    forcegc = 10'000'000;
    scavenge = 20'000'000;
  }
  // So that no period is missed.
  i64 sleep_max() const { return (scavenge < forcegc ? scavenge : forcegc) / 2; }

  i64 forcegc, scavenge, lastscavenge;
  i64 lasttrace = 0;
  i32 nscavenge = 0;
};

bool has_nothing_to_watch(M* mp) {
  Sched& sched = mp->rt->sched;
  if (sched.gcwaiting.load(seq_cst) != 0) return true;
  return sched.npidle.load(seq_cst) == static_cast<u32>(count_ps(mp));
}

// Sleeps until a P is taken into use. True if it did.
bool sleep_deeply(M* mp, i64 ns) {
  Sched& sched = mp->rt->sched;
  if (mp->rt->debug.schedtrace > 0 || !has_nothing_to_watch(mp)) return false;
  lock(mp, &sched.lock);
  const bool sleeps = has_nothing_to_watch(mp) && mp->rt->exiting.load(seq_cst) == 0;
  if (sleeps) {
    sched.sysmonwait.store(1, seq_cst);
    unlock(mp, &sched.lock);
    notetsleep(mp, &sched.sysmonnote, ns);
    lock(mp, &sched.lock);
    sched.sysmonwait.store(0, seq_cst);
    noteclear(&sched.sysmonnote);
  }
  unlock(mp, &sched.lock);
  return sleeps;
}

// Work is waiting for the P, or nobody would see it, or it has been in the call for long.
bool is_needed(M* mp, P* pp, i64 since, i64 now) {
  Sched& sched = mp->rt->sched;
  if (!runqempty(pp) || since + slice_ns <= now) return true;
  const u32 looking = sched.nmspinning.load(seq_cst);
  return looking + sched.npidle.load(seq_cst) == 0;
}

bool retake_from_syscall(M* mp, P* pp, i64 now) {
  const u32 tick = pp->syscalltick.load(relaxed);
  if (pp->seen.syscalltick != tick) {
    pp->seen.syscalltick = tick;
    pp->seen.syscallwhen = now;
    return false;
  }
  return is_needed(mp, pp, pp->seen.syscallwhen, now) && take_from_syscall(mp, pp);
}

void preempt_if_long(M* mp, P* pp, i64 now) {
  const u32 tick = pp->schedtick.load(relaxed);
  if (pp->seen.schedtick != tick) {
    pp->seen.schedtick = tick;
    pp->seen.schedwhen = now;
    return;
  }
  if (pp->seen.schedwhen + slice_ns <= now) preemptone(mp, pp);
}

void do_what_is_due(M* mp, Periods* periods, i64 now) {
  forcegc_if_overdue(mp, periods->forcegc, walltime());
  if (periods->lastscavenge + periods->scavenge / 2 < now) {
    mheap_scavenge(mp, periods->nscavenge++, static_cast<u64>(now),
                   static_cast<u64>(periods->scavenge));
    periods->lastscavenge = now;
  }
  const DebugVars& debug = mp->rt->debug;
  const i64 trace = i64{debug.schedtrace} * 1'000'000;
  if (trace <= 0 || periods->lasttrace + trace > now) return;
  periods->lasttrace = now;
  schedtrace(mp, debug.scheddetail > 0);
}

// What the runtime itself has waiting does not count.
bool is_alive(G* gp) {
  if (gp->issystem) return false;
  const u32 status = readgstatus(gp) & ~g_scan;
  if (status == g_runnable || status == g_running || status == g_syscall) {
    throw_("checkdead: runnable g");
  }
  return status == g_waiting;
}

}  // namespace

// Takes a P whose goroutine is in a system call, and hands it over; false: it came back first.
bool take_from_syscall(M* mp, P* pp) {
  // One more counts as running: the M that is in the call may leave it as soon as the P is taken,
  // find no other, and be the last one.
  if (rules().retake_counts_as_running) incidlelocked(mp, -1);
  u32 in_syscall = p_syscall;
  const bool taken = pp->status.compare_exchange_strong(in_syscall, p_idle, seq_cst, seq_cst);
  if (taken) handoffp(mp, pp);
  if (rules().retake_counts_as_running) incidlelocked(mp, 1);
  return taken;
}

// Takes Ps from system calls that last; how many. `now` is nanotime().
u32 retake(M* mp, i64 now) {
  u32 n = 0;
  for (i32 i = 0; i < count_ps(mp); i++) {
    P* pp = p_at(mp, i);
    if (pp == nullptr) continue;
    const u32 status = pp->status.load(relaxed);
    if (status == p_syscall && retake_from_syscall(mp, pp, now)) n++;
    if (status == p_running) preempt_if_long(mp, pp, now);
  }
  return n;
}

// Original: sysmon. Runs as the program of an M, on g0, and ends at the exit.
void sysmon(M* mp) {
  Periods periods(mp);
  u32 idle = 0;
  u32 delay = 0;
  while (mp->rt->exiting.load(seq_cst) == 0) {
    if (idle == 0) {
      delay = delay_min_us;
    } else if (idle > patient_rounds) {
      delay *= 2;
    }
    if (delay > delay_max_us) delay = delay_max_us;
    usleep(delay);
    if (sleep_deeply(mp, periods.sleep_max())) {
      idle = 0;
      delay = delay_min_us;
    }
    const i64 now = nanotime();
    poll_if_overdue(mp, now);
    idle = retake(mp, now) != 0 ? 0 : idle + 1;
    do_what_is_due(mp, &periods, now);
  }
}

// REQUIRES: sched lock.
void wake_sysmon(M* mp) {
  Sched& sched = mp->rt->sched;
  if (sched.sysmonwait.load(seq_cst) == 0) return;
  sched.sysmonwait.store(0, seq_cst);
  notewakeup(mp, &sched.sysmonnote);
}

void incidlelocked(M* mp, i32 n) {
  Sched& sched = mp->rt->sched;
  lock(mp, &sched.lock);
  sched.nmidlelocked += n;
  if (n > 0) checkdead(mp);
  unlock(mp, &sched.lock);
}

// An M has stopped: is there another? REQUIRES: sched lock.
void checkdead(M* mp) {
  Runtime* rt = mp->rt;
  const i32 watchers = rt->sched.has_sysmon ? 1 : 0;
  const i32 running = rt->sched.mcount - rt->sched.nmidle - rt->sched.nmidlelocked - watchers;
  if (running > 0) return;
  // Who dies on an idle thread has stopped all others, and will end the process.
  if (rt->panicking.load(relaxed) != 0) return;
  if (running < 0) throw_("checkdead: inconsistent counts");
  u32 waiting = 0;
  lock(mp, &rt->allglock);
  for (u32 i = 0; i < rt->allglen; i++) waiting += is_alive(rt->allgs[i]) ? 1 : 0;
  unlock(mp, &rt->allglock);
  if (waiting == 0) throw_("no goroutines (main called runtime.Goexit) - deadlock!");
  throw_("all goroutines are asleep - deadlock!");
}

}  // namespace runtime_core
