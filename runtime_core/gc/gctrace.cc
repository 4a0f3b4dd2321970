// The line that gctrace prints for each pass (original: gc; facts 10.3 step 12).
#include "runtime_core/gc/internal.h"
#include "runtime_core/os/print.h"

namespace runtime_core {

namespace {

u64 microseconds(i64 from, i64 to) { return static_cast<u64>(to - from) / 1000; }

u32 thread_count(M* mp) {
  u32 n = 0;
  for (M* m = mp->rt->allm.load(acquire); m != nullptr; m = m->alllink) n++;
  return n;
}

}  // namespace

void format_gctrace(M* mp, const GcTimes& times, u64 previous_goal, PrintBuffer* out) {
  Work& work = work_of(mp);
  MStats& stats = memstats_of(mp);
  const u64 percent = static_cast<u64>(work.cycle_percent);
  const u64 before = previous_goal == no_goal ? 0 : previous_goal * 100 / (percent + 100);
  const u64 after = stats.heap_alloc.load(relaxed);
  GcStats sum{};
  updatememstats(mp, &sum);
  if (after != stats.heap_alloc.load(relaxed)) throw_("mstats skew");
  ParFor& markfor = work.markfor;
  PrintBuffer& line = *out;
  line.text("gc").number(stats.numgc.load(relaxed)).text("(").number(work.nproc).text("): ");
  line.number(microseconds(times.start, times.setup)).text("+");
  line.number(microseconds(times.setup, times.mark)).text("+");
  line.number(microseconds(times.mark, times.finish)).text("+");
  line.number(microseconds(times.finish, times.end)).text(" us, ");
  line.number(before >> 20).text(" -> ").number(after >> 20).text(" MB, ");
  line.number(stats.nmalloc - stats.nfree).text(" (").number(stats.nmalloc).text("-");
  line.number(stats.nfree).text(") objects, ").number(thread_count(mp)).text(" goroutines, ");
  line.number(work.nspans).text("/").number(work.sweep.nbgsweep.load(relaxed)).text("/");
  line.number(work.sweep.npausesweep.load(relaxed)).text(" sweeps, ");
  line.number(sum.nhandoff).text("(").number(sum.nhandoffcnt).text(") handoff, ");
  line.number(markfor.nsteal.load(relaxed)).text("(");
  line.number(markfor.nstealcnt.load(relaxed)).text(") steal, ");
  line.number(sum.nprocyield + markfor.nprocyield.load(relaxed)).text("/");
  line.number(sum.nosyield + markfor.nosyield.load(relaxed)).text("/");
  line.number(sum.nsleep + markfor.nsleep.load(relaxed)).text(" yields\n");
  work.sweep.nbgsweep.store(0, relaxed);
  work.sweep.npausesweep.store(0, relaxed);
}

void print_gctrace(M* mp, const GcTimes& times, u64 previous_goal) {
  printlock(mp);
  PrintBuffer out;
  format_gctrace(mp, times, previous_goal, &out);
  out.write();
  printunlock(mp);
}

}  // namespace runtime_core
