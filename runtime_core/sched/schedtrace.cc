// A look at the scheduler for people, every so often (original: schedtrace; facts §17.20).
//
// Threads: sysmon. Only what may be read while it changes is shown; of Ms and goroutines the
// original prints plain fields, too.
#include "runtime_core/os/os.h"
#include "runtime_core/os/print.h"
#include "runtime_core/runtime.h"
#include "runtime_core/sched/proc.h"

namespace runtime_core {

namespace {

void print_sched(M* mp, i64 now, PrintBuffer* out) {
  const Sched& sched = mp->rt->sched;
  out->text("SCHED ").signed_number((now - sched.starttime) / 1'000'000);
  out->text("ms: gomaxprocs=").signed_number(count_ps(mp));
  out->text(" idleprocs=").number(sched.npidle.load(relaxed));
  out->text(" threads=").signed_number(sched.mcount);
  out->text(" spinningthreads=").number(sched.nmspinning.load(relaxed));
  out->text(" idlethreads=").signed_number(sched.nmidle);
  out->text(" runqueue=").signed_number(sched.runqsize.load(relaxed));
}

void print_sched_details(M* mp, PrintBuffer* out) {
  const Sched& sched = mp->rt->sched;
  out->text(" gcwaiting=").number(sched.gcwaiting.load(relaxed));
  out->text(" nmidlelocked=").signed_number(sched.nmidlelocked);
  out->text(" stopwait=").signed_number(sched.stopwait);
  out->text(" sysmonwait=").number(sched.sysmonwait.load(relaxed)).text("\n");
}

u32 runq_length(const P* pp) {
  const u32 head = pp->runqhead.load(acquire);
  return pp->runqtail.load(acquire) - head;
}

void print_p_details(const P* pp, PrintBuffer* out) {
  const M* m = pp->m.load(relaxed);
  out->text("  P").signed_number(pp->id).text(": status=").number(pp->status.load(relaxed));
  out->text(" schedtick=").number(pp->schedtick.load(relaxed));
  out->text(" syscalltick=").number(pp->syscalltick.load(relaxed));
  out->text(" m=").signed_number(m != nullptr ? m->id : -1);
  out->text(" runqsize=").number(runq_length(pp)).text("\n");
}

// [lengths of the local queues]
void print_lengths(M* mp, PrintBuffer* out) {
  for (i32 i = 0; i < count_ps(mp); i++) {
    out->text(i == 0 ? " [" : " ").number(runq_length(p_at(mp, i)));
  }
  out->text("]\n");
}

}  // namespace

void schedtrace(M* mp, bool detailed) {
  Sched& sched = mp->rt->sched;
  const i64 now = nanotime();
  if (sched.starttime == 0) sched.starttime = now;
  PrintBuffer out;
  lock(mp, &sched.lock);
  print_sched(mp, now, &out);
  if (detailed) {
    print_sched_details(mp, &out);
    for (i32 i = 0; i < count_ps(mp); i++) {
      print_p_details(p_at(mp, i), &out);
    }
  } else {
    print_lengths(mp, &out);
  }
  unlock(mp, &sched.lock);
  out.write();
}

}  // namespace runtime_core
