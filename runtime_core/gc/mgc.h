// The mark and sweep collector's interface (original: mgc.go, facts §10-12).
//
// Threads: gogc by any M that holds a P; mark functions by the M that stopped the world and its
// helpers; sweep functions by any pinned M that claimed the span. Every function takes the
// calling M first.
#pragma once

#include "runtime_core/gc/runtime_store.h"
#include "runtime_core/gc/work.h"

namespace runtime_core {

struct RootArea;

// --- set-up -----------------------------------------------------------------------------------
void gcinit(M* mp);
// Registers a root area; throws when the table is full.
void add_root_area(M* mp, const RootArea& area);
void remove_root_area(M* mp, uintptr start);

// --- driver (mgc.cc) --------------------------------------------------------------------------
// force: 0 only above the threshold, 1 always, 2 always with eager sweep. Original: gogc.
// Returns the M that the caller is on now: a goroutine may have waited.
M* gogc(M* mp, i32 force);
void gc_collect(M* mp);  // GC(): gogc with force 2
void gccheckmarkenable(M* mp);
void gccheckmarkdisable(M* mp);
void gc_m(M* mp, i64 start_time, bool eagersweep);
void gchelper(M* mp);
void gchelperstart(M* mp);
void clearpools(M* mp);
// What there is to do for a goroutine that the collector holds (stacks.cc). Original: gcphasework.
void gcphasework(M* mp, G* gp);
void scanstack(M* mp, G* gp);
bool stopg(M* mp, G* gp);  // true: it is held, until restartg
// What a mark termination that lets the world run counts before it believes that it is at its end.
void note_discovery(M* mp);
void restartg(G* gp);
M* semacquire_world(M* mp);  // semacquire(&worldsema); the M that the caller is on now
void semrelease_world(M* mp);

// --- marking (mark.cc, workbuf.cc) ------------------------------------------------------------
// Original: markbits. A snapshot of one bitmap nibble.
struct MarkBits {
  u8* bitp;
  u32 shift;
  u8 xbits;  // whole byte
  u8 bits;   // boundary and mark
  u8 tbits;  // type
};

bool inheap(M* mp, uintptr b);
void slottombits(M* mp, uintptr obj, MarkBits* mbits);
uintptr objectstart(M* mp, uintptr b, MarkBits* mbits);
bool ismarked(const MarkBits* mbits);
[[nodiscard]] Workbuf* greyobject(M* mp, uintptr obj, MarkBits* mbits, Workbuf* wbuf);
void scanblock(M* mp, uintptr b, uintptr n, const u8* ptrmask);
void markroot(M* mp, ParFor* desc, u32 i);
void gcmarknewobject(M* mp, uintptr obj, uintptr size);

Workbuf* getempty(M* mp, Workbuf* b);
void putempty(M* mp, Workbuf* b);
void putfull(M* mp, Workbuf* b);
Workbuf* getpartialorempty(M* mp);
void putpartial(M* mp, Workbuf* b);
Workbuf* getfull(M* mp, Workbuf* b);
Workbuf* handoff(M* mp, Workbuf* b);

// --- checkmark pass (checkmark.cc) ------------------------------------------------------------
void gccheckmark_m(M* mp, i64 start_time, bool eagersweep);
bool ischeckmarked(const MarkBits* mbits);
void docheckmark(M* mp, MarkBits* mbits);
void clearcheckmarkbits(M* mp);  // prepares: the type bits turn into the second mark
void clearcheckmarkbitsspan(M* mp, MSpan* s);
void finishcheckmarkbits(M* mp);  // cleans up after the pass

// --- write barriers (barrier.cc); no-ops while the phase is off -------------------------------
void gcmarkwb(M* mp, uintptr* slot, uintptr ptr);
bool shaded(M* mp, uintptr slot);
void shade(M* mp, uintptr b);
void writebarrierptr(M* mp, uintptr* dst, uintptr src);
void writebarrierstring(M* mp, uintptr* dst, const uintptr* src);  // two words
void writebarrierslice(M* mp, uintptr* dst, const uintptr* src);   // three words
void writebarrieriface(M* mp, uintptr* dst, const uintptr* src);   // two words
// Words 0..n-1, barrier where bit k of `pattern` is set: writebarrierfat01 .. writebarrierfat1111.
void writebarrierfat_words(M* mp, uintptr* dst, const uintptr* src, u32 n, u32 pattern);
void writebarrierfat(M* mp, const Type* typ, uintptr* dst, const uintptr* src);
uintptr writebarriercopy(M* mp, const Type* typ, uintptr* dst, const uintptr* src, uintptr n);
// A pointer store of the runtime itself: barriered only under Rules::runtime_store_barriers.
void runtime_store(M* mp, uintptr* dst, uintptr src);

// --- sweeping (sweep.cc, bgsweep.cc)
// ----------------------------------------------------------------------
inline constexpr uintptr sweep_nothing_left = ~uintptr{0};
bool mspan_sweep(M* mp, MSpan* s, bool preserve);
uintptr sweepone(M* mp);
uintptr gosweepone(M* mp);
bool gosweepdone(M* mp);
void mspan_ensure_swept(M* mp, MSpan* s);
void finishsweep(M* mp);
bool bgsweep_step(M* mp);  // one span; false when nothing is left
void bgsweep(M* mp);       // the loop of a thread that sweeps; returns once the runtime exits
// A sweep has been set up: makes the background sweeper run, in a program of goroutines as one of
// them. REQUIRES: world stopped.
void start_bgsweep(M* mp);

// --- specials and finalizers (finalizer.cc, runfinq.cc)
// ---------------------------------------------------
void queuefinalizer(M* mp, void* p, FuncVal* fn, uintptr nret, Type* fint, Type* ot);
void iterate_finq(M* mp, void* context, void (*callback)(void* context, const Finalizer* f));
void createfing(M* mp);
bool wakefing(M* mp);       // wakes who runs finalizers if there is reason to
bool fing_is_due(M* mp);    // ..., as far as can be seen without the lock
u32 runfinq_step(M* mp);    // runs what is queued now; returns how many ran
void runfinq(M* mp);        // the loop of a thread that runs finalizers
void start_runfinq(M* mp);  // the goroutine that does, in a program of goroutines
// Original: SetFinalizer(obj, f); `f` null removes. Throws on a misuse, as a second finalizer is.
void setfinalizer(M* mp, void* obj, Type* obj_type, FuncVal* f);
// The same, where somebody else may have set one; false: so it was.
bool trysetfinalizer(M* mp, void* obj, Type* obj_type, FuncVal* f);

// --- collections that sysmon asks for (forcegc.cc) ---------------------------------------------
void start_forcegc(M* mp);  // makes the goroutine that collects then
// Wakes it if the last collection is longer ago than that, in nanoseconds; `now` is walltime().
void forcegc_if_overdue(M* mp, i64 period, i64 now);

// --- pacing and statistics (pacing.cc, gcstats.cc) --------------------------------------------
i32 set_gc_percent(M* mp, i32 percent);
void set_next_gc(M* mp);
void next_gc_freed(M* mp, uintptr bytes);  // the sweeper lowers the goal
void free_os_memory(M* mp);
// Fills pauses, newest first, pause ends, then last_gc, numgc, total. Returns words written.
// `room` is the capacity in words; throws "short slice passed to readGCStats".
u32 read_gc_stats(M* mp, u64* out, u32 room);
// Type code per word of the object or root that holds p; returns words written.
u32 getgcmask(M* mp, uintptr p, u8* out, u32 room);

}  // namespace runtime_core
