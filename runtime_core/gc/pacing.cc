// When the next collection starts, and the knobs on it (original: gc, setGCPercent; facts 10.14).
#include "runtime_core/gc/internal.h"

namespace runtime_core {

// Everything is taken to be alive; the sweeper lowers the goal as it finds garbage, which nets
// live * (100 + percent) / 100.
void set_next_gc(M* mp) {
  Work& work = work_of(mp);
  MStats& stats = memstats_of(mp);
  const i32 percent = work.gcpercent.load(relaxed);
  const u64 heap_alloc = stats.heap_alloc.load(relaxed);
  work.cycle_percent = percent;
  stats.next_gc.store(heap_alloc + heap_alloc * static_cast<u64>(percent) / 100, seq_cst);
}

// The goal was computed with cycle_percent; a larger one here would wrap it below zero.
void next_gc_freed(M* mp, uintptr bytes) {
  Work& work = work_of(mp);
  const i32 current = work.gcpercent.load(relaxed);
  const i32 percent = rules().percent_per_cycle ? work.cycle_percent : current;
  const u64 less = bytes * static_cast<u64>(percent + 100) / 100;
  memstats_of(mp).next_gc.fetch_sub(less, seq_cst);
}

// Original: setGCPercent. Returns the old value; negative turns collection off.
i32 set_gc_percent(M* mp, i32 percent) {
  Work& work = work_of(mp);
  lock(mp, &heap_of(mp).lock);
  const i32 old = work.gcpercent.load(relaxed);
  work.gcpercent.store(percent < 0 ? -1 : percent, relaxed);
  unlock(mp, &heap_of(mp).lock);
  return old;
}

// Original: FreeOSMemory: collects, then gives every free span back to the kernel.
void free_os_memory(M* mp) {
  mp = gogc(mp, 2);
  systemstack(mp, [&] { mheap_scavenge(mp, -1, ~u64{0}, 0); });
}

// Original: readGCStats_m.
u32 read_gc_stats(M* mp, u64* out, u32 room) {
  constexpr u32 ring = 256;
  MStats& stats = memstats_of(mp);
  lock(mp, &heap_of(mp).lock);
  const u32 numgc = stats.numgc.load(relaxed);
  const u32 n = numgc < ring ? numgc : ring;
  // As committed room for one ring is asked for and two are written.
  const u32 needed = rules().read_gc_stats_checks_room ? 2 * n + 3 : ring + 3;
  if (room < needed) throw_("runtime: short slice passed to readGCStats");
  for (u32 i = 0; i < n; i++) {
    const u32 j = (numgc - 1 - i) % ring;
    out[i] = stats.pause_ns[j];
    out[n + i] = stats.pause_end[j];
  }
  out[2 * n] = stats.last_gc.load(relaxed);
  out[2 * n + 1] = numgc;
  out[2 * n + 2] = stats.pause_total_ns;
  unlock(mp, &heap_of(mp).lock);
  return 2 * n + 3;
}

}  // namespace runtime_core
