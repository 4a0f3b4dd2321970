// The collector's driver and its pass in the stopped world (original: gogc, gc_m, gc;
// facts 10.1-10.4).
#include "runtime_core/gc/internal.h"
#include "runtime_core/heap/alloctrace.h"

namespace runtime_core {

namespace {

bool above_threshold(M* mp) {
  MStats& stats = memstats_of(mp);
  const u64 allocated = stats.heap_alloc.load(relaxed);
  return allocated >= stats.next_gc.load(relaxed);
}

// Collecting here would deadlock, or the program does not want it.
bool must_not_collect(M* mp) {
  const bool runtime_itself = on_g0(mp) || mp->locks > 0 || mp->gcing != 0 || mp->p == nullptr;
  if (runtime_itself && rules().gogc_refuses_g0) return true;
  if (!memstats_of(mp).enablegc.load(relaxed)) return true;
  if (mp->rt->panicking.load(relaxed) != 0) return true;
  return work_of(mp).gcpercent.load(relaxed) < 0;
}

// The array that the collector walked may have been kept alive only for it: allspans grows even
// while the world is stopped. REQUIRES: heap lock.
void free_stale_spans(M* mp) {
  Work& work = work_of(mp);
  if (work.spans == nullptr || work.spans == heap_of(mp).allspans) return;
  // As committed only the used part is unmapped.
  const u32 entries = rules().free_spans_by_capacity ? work.spans_capacity : work.nspans;
  sys_free(work.spans, entries * sizeof(MSpan*), &memstats_of(mp).other_sys);
}

// The array of spans that the collector walks from now on. REQUIRES: heap lock.
void snapshot_spans(M* mp) {
  Work& work = work_of(mp);
  MHeap& h = heap_of(mp);
  free_stale_spans(mp);
  h.gcspans = h.allspans;
  work.spans = h.allspans;
  work.nspans = h.nspan;
  work.spans_capacity = h.allspans_capacity;
}

// Marks everything reachable with as many threads as there are idle Ms. World stopped.
void mark(M* mp, GcTimes* times) {
  Work& work = work_of(mp);
  const GcPhase oldphase = gcphase_of(mp);
  work.nwait.store(0, relaxed);
  work.ndone.store(0, relaxed);
  work.nproc = gcprocs(mp);
  set_gcphase(mp, GcPhase::marktermination);
  snapshot_goroutines(mp);
  if (!rules().markterm_rescans_stacks && marks_concurrently(mp)) work.nallgs = 0;
  if (roots_are_marked(mp)) work.nallgs = 0;
  parforsetup(mp, &work.markfor, work.nproc, root_jobs(mp), nullptr, false, markroot);
  if (work.nproc > 1) {
    noteclear(&work.alldone);
    helpgc(mp, work.nproc);
  }
  times->mark = nanotime();
  event(Event::gc_mark_begin, work.nproc, work.checkmark);
  gchelperstart(mp);
  parfordo(mp, &work.markfor);
  scanblock(mp, 0, 0, nullptr);
  if (work.full.load(seq_cst) != 0) throw_("work.full != 0");
  if (work.partial.load(seq_cst) != 0) throw_("work.partial != 0");
  event(Event::gc_mark_end, work.nproc, work.checkmark);
  // Safe before the helpers have left: all of them are past their last mark (control N2).
  set_gcphase(mp, oldphase);
  times->finish = nanotime();
  if (work.nproc > 1) notesleep(mp, &work.alldone);
}

// With checkmarks on this runs for each of the two passes, so numgc advances twice.
void record_pause(M* mp, i64 start, i64 end) {
  MStats& stats = memstats_of(mp);
  stats.last_gc.store(static_cast<u64>(walltime()), seq_cst);
  const u32 n = stats.numgc.load(relaxed);
  stats.pause_ns[n % 256] = static_cast<u64>(end - start);
  stats.pause_end[n % 256] = static_cast<u64>(end);
  stats.pause_total_ns += static_cast<u64>(end - start);
  stats.numgc.store(n + 1, relaxed);
}

// From here on every in-use span needs sweeping.
void set_up_sweep(M* mp) {
  Work& work = work_of(mp);
  MHeap& h = heap_of(mp);
  // Mutant alloc-between-flush-and-sweepgen: this cache refill survives the bump unflushed.
  if (!rules().flush_after_last_alloc) mallocgc(mp, 2 * ptr_size, nullptr, flag_no_scan);
  lock(mp, &h.lock);
  snapshot_spans(mp);
  const u32 sg = h.sweepgen.load(relaxed) + 2;
  h.sweepgen.store(sg, seq_cst);
  h.sweepdone.store(0, seq_cst);
  work.sweep.spanidx.store(0, seq_cst);
  unlock(mp, &h.lock);
  event(Event::sweepgen_bump, sg);
}

void start_sweep(M* mp, bool eager) {
  Work& work = work_of(mp);
  if (tuning().concurrent_sweep == 0 || eager) {
    while (sweepone(mp) != sweep_nothing_left) work.sweep.npausesweep.fetch_add(1, relaxed);
    mprof_gc(mp);  // twice with the caller's: all that this collection frees is in the profile
    return;
  }
  start_bgsweep(mp);
}

// Original: gc. One mark, and the start of a sweep unless the checkmark pass is to follow.
void gc(M* mp, i64 start_time, bool eagersweep) {
  Work& work = work_of(mp);
  MHeap& h = heap_of(mp);
  if (mp->rt->hooks.tracegc != nullptr) {
    mp->rt->hooks.tracegc(mp);
  } else if (mp->rt->debug.allocfreetrace != 0) {
    tracegc(mp);
  }
  GcTimes times{.start = start_time, .setup = nanotime(), .mark = 0, .finish = 0, .end = 0};
  work.tstart = start_time;
  if (!work.checkmark && rules().finishes_sweep_first) finishsweep(mp);
  lock(mp, &h.lock);
  snapshot_spans(mp);
  unlock(mp, &h.lock);
  mark(mp, &times);
  shrinkfinish(mp);
  cachestats(mp);
  const u64 previous_goal = memstats_of(mp).next_gc.load(relaxed);
  set_next_gc(mp);
  times.end = nanotime();
  record_pause(mp, start_time, times.end);
  if (mp->rt->debug.gctrace > 0) print_gctrace(mp, times, previous_goal);
  lock(mp, &h.lock);
  if (rules().snapshot_after_first_half || work.checkmark) {
    snapshot_spans(mp);
  } else {
    free_stale_spans(mp);  // as committed: nothing takes the array's place
  }
  unlock(mp, &h.lock);
  if (work.checkmark_enabled) {
    if (!work.checkmark) return;  // the first of two passes
    work.checkmark = false;
    // Before any sweep: afterwards a free block with stale types would turn scalar.
    if (rules().checkmark_cleanup_before_sweep) clearcheckmarkbits(mp);
  }
  set_up_sweep(mp);
  start_sweep(mp, eagersweep);
  mprof_gc(mp);
}

}  // namespace

void gcinit(M* mp) {
  Work& work = work_of(mp);
  parforinit(&work.markfor, work.markthreads, max_gcproc);
  const i32 percent = readgogc(mp->rt);
  work.gcpercent.store(percent, relaxed);
  work.cycle_percent = percent;
  work.checkmark_enabled = tuning().checkmark != 0;
}

// Original: semacquire(&worldsema). While it waits, the world may be stopped under it; a goroutine
// may have changed its M when it returns.
M* semacquire_world(M* mp) {
  std::atomic<u32>& sema = work_of(mp).worldsema;
  if (mp->rt->sched.runs_goroutines) {
    G* self = mp->g;
    semacquire(self, &sema);
    return self->m;
  }
  for (;;) {
    u32 free = 1;
    if (sema.compare_exchange_strong(free, 0, seq_cst, seq_cst)) return mp;
    safepoint(mp);
    osyield();
  }
}

void semrelease_world(M* mp) {
  if (mp->rt->sched.runs_goroutines) return semrelease(mp->g, &work_of(mp).worldsema);
  work_of(mp).worldsema.store(1, seq_cst);
}

// Original: gogc.
M* gogc(M* mp, i32 force) {
  if (must_not_collect(mp)) return mp;
  mp = semacquire_world(mp);
  if (force == 0 && !above_threshold(mp)) {
    // Somebody else has collected while we waited.
    semrelease_world(mp);
    return mp;
  }
  i64 start_time = nanotime();
  mp->gcing = 1;
  const bool eagersweep = force >= 2;
  const u32 passes = mp->rt->debug.gctrace > 1 ? 2 : 1;
  event(Event::gc_begin, static_cast<u64>(force));
  if (!rules().worldsema_held) semrelease_world(mp);
  systemstack(mp, [&] {
    stoptheworld(mp);
    if (rules().finishes_sweep_first) finishsweep(mp);
    if (marks_concurrently(mp)) mark_concurrently(mp);
    clearpools(mp);
    for (u32 i = 0; i < passes; i++) {
      if (i > 0) start_time = nanotime();
      gc_m(mp, start_time, eagersweep);
    }
    gccheckmark_m(mp, start_time, eagersweep);
  });
  work_of(mp).cycles.fetch_add(1, relaxed);
  event(Event::gc_end);
  if (rules().worldsema_held) {
    give_world_back(mp);
  } else {
    mp->gcing = 0;
    systemstack(mp, [&] { starttheworld(mp); });
  }
  return mp;
}

// Original: GC.
void gc_collect(M* mp) { gogc(mp, 2); }

// Original: gc_m. The goroutine that collects waits meanwhile, so that its stack is scanned too.
void gc_m(M* mp, i64 start_time, bool eagersweep) {
  G* gp = mp->curg.load(relaxed);
  if (gp != nullptr) {
    casgstatus(gp, g_running, g_waiting);
    gp->waitreason = "garbage collection";
  }
  gc(mp, start_time, eagersweep);
  if (gp != nullptr) casgstatus(gp, g_waiting, g_running);
}

// Original: gchelperstart.
void gchelperstart(M* mp) {
  if (mp->helpgc < 0 || mp->helpgc >= max_gcproc) throw_("gchelperstart: bad m->helpgc");
  if (!on_g0(mp)) throw_("gchelper not running on g0 stack");
}

// Original: gchelper. What an idle M does for the collector.
void gchelper(M* mp) {
  Work& work = work_of(mp);
  gchelperstart(mp);
  parfordo(mp, &work.markfor);
  if (gcphase_of(mp) != GcPhase::scan) scanblock(mp, 0, 0, nullptr);
  // Read first: the last one to leave lets the next pass change it.
  u32 nproc = work.nproc;
  const u32 ndone = work.ndone.fetch_add(1, seq_cst) + 1;
  // A step of its own, which a plain load is not.
  if (!rules().helper_reads_nproc_first) nproc = std::atomic_ref<u32>(work.nproc).load(relaxed);
  if (ndone == nproc - 1) notewakeup(mp, &work.alldone);
}

// Original: clearpools. World stopped.
void clearpools(M* mp) {
  Work& work = work_of(mp);
  if (work.poolcleanup != nullptr) work.poolcleanup(mp);
  for (u32 i = 0;; i++) {
    P* pp = p_at(mp, i);
    if (pp == nullptr) return;
    for (Defer*& free : pp->deferpool) free = nullptr;
    MCache* c = pp->mcache;
    if (c == nullptr) continue;
    c->tiny = nullptr;
    c->tinysize = 0;
    c->sudogcache = nullptr;
  }
}

}  // namespace runtime_core
