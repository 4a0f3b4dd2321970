// Shorthands shared by the collector's files; nothing here is called from outside gc/.
#pragma once

#include "runtime_core/gc/mgc.h"
#include "runtime_core/os/mem.h"
#include "runtime_core/os/os.h"
#include "runtime_core/runtime.h"
#include "runtime_core/sched/proc.h"
#include "runtime_core/sched/sched.h"
#include "runtime_core/sync/parfor.h"

namespace runtime_core {

class PrintBuffer;

inline Work& work_of(M* mp) { return mp->rt->work; }
inline MHeap& heap_of(M* mp) { return mp->rt->heap; }
inline MStats& memstats_of(M* mp) { return mp->rt->stats; }
inline GcPhase gcphase_of(M* mp) { return mp->rt->work.gcphase.load(relaxed); }
inline void set_gcphase(M* mp, GcPhase phase) { mp->rt->work.gcphase.store(phase, relaxed); }

// Points in time of one pass, nanoseconds, for the statistics.
struct GcTimes {
  i64 start, setup, mark, finish, end;
};
// Appends the line of one pass and resets the sweep's counters.
void format_gctrace(M* mp, const GcTimes& times, u64 previous_goal, PrintBuffer* out);
void print_gctrace(M* mp, const GcTimes& times, u64 previous_goal);
u32 stack_area_count(M* mp);
// The jobs of a marking: parforsetup takes their number.
inline u32 root_jobs(M* mp) { return root_count + stack_area_count(mp) + work_of(mp).nallgs; }
// Takes down who is a root of the marking that begins (stacks.cc).
void snapshot_goroutines(M* mp);
void mark_goroutine(M* mp, u32 n);
// The phases of a collection that do not stop the world (concurrent.cc). World stopped, as after.
bool marks_concurrently(M* mp);
void mark_concurrently(M* mp);
// Buffers that Ps keep for their barriers (gcw.cc).
Workbuf* get_barrier_buffer(M* mp);
void put_barrier_buffer(M* mp, Workbuf* b);
void open_gcw(M* mp);
void close_gcw(M* mp);
void check_gcw(M* mp);
// Whether the roots have been marked to the end while the world ran.
bool roots_are_marked(M* mp);
// Others run while roots are scanned.
inline bool others_run(M* mp) {
  return gcphase_of(mp) == GcPhase::scan || work_of(mp).world_runs.load(relaxed);
}

// Puts a block of the finalizer queue away, all of whose entries have been dealt with.
void return_block(M* mp, FinBlock* fb);

inline uintptr workbuf_capacity() { return tuning().workbuf_capacity; }

// The bitmap is shared by markers, sweepers of other spans' neighbours and allocators: every
// access is atomic; relaxed, because termination and span ownership order them.
inline u8 bitmap_load(u8* bitp) { return std::atomic_ref<u8>(*bitp).load(relaxed); }
inline void bitmap_store(u8* bitp, u8 value) { std::atomic_ref<u8>(*bitp).store(value, relaxed); }
// Original: atomicor8, a locked instruction.
inline void atomicor8(u8* bitp, u8 value) { std::atomic_ref<u8>(*bitp).fetch_or(value, seq_cst); }

// The caller owns the span, so load and store need not be one step.
inline void bitmap_set_owned(u8* bitp, u8 set) {
  const u8 old = bitmap_load(bitp);
  bitmap_store(bitp, static_cast<u8>(old | set));
}
inline void bitmap_clear_owned(u8* bitp, u8 clear) {
  const u8 old = bitmap_load(bitp);
  bitmap_store(bitp, static_cast<u8>(old & ~clear));
}

// Where the nibble of a heap word lives (facts 9.1).
struct BitmapPosition {
  u8* bitp;
  u32 shift;
};
inline BitmapPosition bitmap_position(uintptr arena_start, uintptr word) {
  const uintptr off = (word - arena_start) / ptr_size;
  return {reinterpret_cast<u8*>(arena_start - off / words_per_bitmap_byte - 1),
          static_cast<u32>(off % words_per_bitmap_byte * gc_bits)};
}

// How many objects the span holds (original: computed alike in MSpan_Sweep and elsewhere).
inline u32 span_objects(const MSpan* s) {
  if (s->sizeclass.load(relaxed) == 0) return 1;
  const uintptr size = s->elemsize.load(relaxed);
  return static_cast<u32>(s->bytes() / size);
}

}  // namespace runtime_core
