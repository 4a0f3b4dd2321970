// The collector's shared state: work buffers, mark roots, sweep position, finalizer queue.
//
// Threads: every marker uses the three stacks; the other fields say who may write them.
// Invariants:
//   gc.workbuf_conserved — every buffer ever made is on one stack or owned by one marker.
//   gc.mark_terminates — nwait == nproc only if no buffer with entries exists.
// Ordering: lfstack_push publishes a buffer's entries to the pop that returns it; the world is
//   stopped around every change of nproc, gcphase and checkmark, and helpers learn of them
//   through their M's park note.
#pragma once

#include "runtime_core/sync/lfstack.h"
#include "runtime_core/sync/mutex.h"
#include "runtime_core/sync/note.h"
#include "runtime_core/sync/parfor.h"

namespace runtime_core {

struct Function;
struct G;
struct M;
struct MSpan;
struct Type;

// Original: gcphase constants (_GCoff .. _GCsweep). Changed with the world stopped, but for scan,
// which nobody but the one marker acts on.
enum class GcPhase : u32 {
  off,
  quiesce,
  stw,
  scan,
  mark,
  marktermination,
  sweep,
};

inline constexpr u32 root_data = 0, root_bss = 1, root_finalizers = 2, root_spans = 3,
                     root_flush_caches = 4, root_count = 5;

// Original: workbuf. A node keeps its type for ever, as lfstack needs.
inline constexpr uintptr workbuf_entries_max = 509;
struct Workbuf {
  LfNode node;   // must be first
  uintptr nobj;  // owner only
  uintptr obj[workbuf_entries_max];
};
static_assert(sizeof(Workbuf) == workbuf_size);

// A function that may be a finalizer, with what SetFinalizer checks of its type.
struct FuncVal {
  void (*fn)(M* mp, void* arg);
  Type* parameter;     // declared type of the only parameter
  uintptr nret_bytes;  // bytes of results
  u32 arity;
  bool variadic;
  const Function* function = nullptr;  // what a program of goroutines calls in place of fn
};

// Original: finalizer; five words, masked by a pattern of ptr ptr scalar ptr ptr.
struct Finalizer {
  FuncVal* fn;
  void* arg;
  uintptr nret;
  Type* fint;
  Type* ot;
};
static_assert(sizeof(Finalizer) == 5 * ptr_size);

// Original: finblock.
inline constexpr u32 fin_block_entries_max = 101;
struct FinBlock {
  FinBlock* alllink;
  FinBlock* next;
  i32 cnt;
  i32 cap;
  Finalizer fin[fin_block_entries_max];
};
static_assert(sizeof(FinBlock) <= fin_block_size);

// A range of words outside the heap that the program registered as roots. Data and bss areas
// share one mark job each, every stack area is a job of its own.
enum class RootKind : u32 { data, bss, stack };
struct RootArea {
  uintptr start;
  uintptr bytes;
  const u8* ptrmask;  // dense, two bits a word; null: every word may be a pointer
  RootKind kind;
};
inline constexpr u32 root_areas_max = 256;

// Original: finlock, finq, finc, allfin, fingwait, fingwake, finptrmask.
struct FinState {
  Mutex lock;        // protects the fields below
  FinBlock* finq;    // finalizers that are to run
  FinBlock* finc;    // cache of empty blocks
  FinBlock* allfin;  // every block ever made; a root
  u8 ptrmask[fin_block_size / ptr_size / pointers_per_byte];
  std::atomic<bool> fingwait;  // changed under the lock, read without it as a hint
  std::atomic<bool> fingwake;
  std::atomic<u32> created;  // createfing ran
  Note park;                 // the finalizer thread sleeps here
  G* g;                      // ..., or the finalizer goroutine that waits
};

// Original: sweepdata. `spanidx` is claimed by fetch_add, the rest under `lock` (gclock).
struct SweepData {
  Mutex lock;
  bool parked;
  bool started;
  std::atomic<u32> spanidx;
  std::atomic<u32> nbgsweep;
  std::atomic<u32> npausesweep;
  Note park;  // the background sweeper sleeps here
  G* g;       // ..., or is this goroutine
};

// Original: forcegcstate. `idle` is changed under the lock, read without it as a hint.
struct ForceGc {
  Mutex lock;
  G* g;                   // the goroutine that collects when it is asked to
  std::atomic<u32> idle;  // ..., and waits for that
};

// Original: workdata and the collector's globals.
struct Work {
  alignas(cache_line_size) std::atomic<u64> full;
  std::atomic<u64> empty;
  std::atomic<u64> partial;
  alignas(cache_line_size) std::atomic<u32> nwait;  // markers in getfull's waiting loop
  std::atomic<u32> ndone;                           // helpers that left
  u32 nproc;                                        // markers; changed with the world stopped
  i64 tstart;
  Note alldone;
  ParFor markfor;
  ParForThread markthreads[max_gcproc];
  Mutex andlock;  // the committed atomicand8

  // Copy of mheap.allspans for marker or sweeper; changed under the heap lock, world stopped.
  MSpan** spans;
  u32 nspans;
  u32 spans_capacity;

  std::atomic<GcPhase> gcphase;
  bool checkmark;  // the checkmark pass runs; as gcphase
  bool checkmark_enabled;
  std::atomic<i32> gcpercent;  // negative: no collection
  i32 cycle_percent;           // gcpercent when next_gc was computed
  std::atomic<u32> worldsema;  // 1 free, 0 held: the right to stop the world
  std::atomic<u32> cycles;     // collections finished
  void (*poolcleanup)(M* mp);  // sync.Pool's hook

  SweepData sweep;
  FinState fin;

  Mutex roots_lock;  // an entry changes under it, by a thread that holds a P
  RootArea roots[root_areas_max];
  u32 nroots;

  std::atomic<bool> gcw_open;  // Ps keep what their barriers shade

  // A mark termination that lets the world run (concurrent.cc).
  std::atomic<bool> world_runs;  // it is at work; changed with the world stopped
  std::atomic<u32> discovered;   // objects marked or queued, and goroutines made, in this cycle

  // Goroutines that are roots of this marking; by who collects, before the markers start.
  u32 nallgs;
  G** allgs;
};

}  // namespace runtime_core
