// The aggregate that holds one whole runtime: everything mutable is a field of it.
//
// Threads: see the member structures. Invariants: runtime.no_statics — no object of static,
// thread or function-static storage is written by runtime_core.
#pragma once

#include "runtime_core/gc/heapdump.h"
#include "runtime_core/gc/work.h"
#include "runtime_core/heap/malloc.h"
#include "runtime_core/heap/mcache.h"
#include "runtime_core/heap/mheap.h"
#include "runtime_core/heap/mprof.h"
#include "runtime_core/heap/mstats.h"
#include "runtime_core/heap/type.h"
#include "runtime_core/net/netpoll.h"
#include "runtime_core/os/env.h"
#include "runtime_core/panic/defer.h"
#include "runtime_core/probe.h"
#include "runtime_core/sched/g.h"
#include "runtime_core/sched/timer.h"
#include "runtime_core/stack/stack.h"
#include "runtime_core/sync/fastrand.h"
#include "runtime_core/sync/mutex.h"
#include "runtime_core/sync/note.h"
#include "runtime_core/sync/sema.h"

namespace runtime_core {

struct CpuProfile;

struct GcStats {
  u64 nhandoff, nhandoffcnt, nprocyield, nosyield, nsleep;
};

inline constexpr u32 runq_entries_max = 256;

// P status (facts §1).
inline constexpr u32 p_idle = 0, p_running = 1, p_syscall = 2, p_gcstop = 3, p_dead = 4;

struct P {
  i32 id;
  std::atomic<u32> status;
  P* link;
  std::atomic<M*> m;  // the owner; read racily by preemptall
  MCache* mcache;
  // Runs goroutines: the owner's, but for what others steal.
  std::atomic<u32> schedtick;    // goroutines run; read racily by sysmon
  std::atomic<u32> syscalltick;  // system calls ended; likewise
  struct {
    u32 schedtick, syscalltick;
    i64 schedwhen, syscallwhen;
  } seen;         // by sysmon alone: the counts, and since when they are so
  u64 goidcache;  // ids of its own
  u64 goidcacheend;
  G* gfree;  // free goroutines
  u32 gfreecnt;
  std::atomic<u32> runsafepointfn;  // for_each_p waits for it
  Workbuf* gcw;                     // of what its barriers shade; null: none is kept
  Defer* deferpool[defer_classes];  // free records, by the size of the arguments
  std::atomic<u32> runqhead;
  std::atomic<u32> runqtail;
  std::atomic<G*> runq[runq_entries_max];  // 1 << tuning().runq_bits are used
};

// A thread. Fields belong to the thread itself unless said otherwise.
struct M {
  Runtime* rt;
  i32 id;
  G g0;                 // scheduling stack
  G gsignal;            // signal stack
  void* gsignal_stack;  // its lower end
  u64 procid;           // the kernel's number of the thread
  uintptr tls[4];
  void (*mstartfn)(M*);         // its program, set by newm
  void* mstartarg;              // the program's own
  G program;                    // stack of its one program, if it does not run goroutines
  G* g;                         // current: &g0, &program, or the goroutine
  std::atomic<G*> curg;         // the goroutine; others read it racily
  G* lockedg;                   // the only goroutine that it may run; null: any
  u32 locked;                   // calls for that: see locked.cc
  bool needextram;              // was the last of extram: its call makes another
  G* (*mcallfn)(M* mp, G* gp);  // what the goroutine that left wants done on g0
  bool (*waitunlockf)(M* mp, G* gp, void* lock);  // of the one that parks
  void* waitlock;
  P* p;
  P* nextp;  // set by the waker before notewakeup(park)
  MCache* mcache;
  i32 locks;  // > 0: pinned
  i32 mallocing;
  i32 gcing;
  i32 helpgc;  // set by the waker before notewakeup(park)
  i32 dying;
  bool inwb;
  i8 printlock;  // depth
  bool spinning;
  bool wantp;    // has a program to run, so wants a P when idle; sched.lock while idle
  bool blocked;  // asleep on a note
  u32 fastrand;
  Note park;
  M* schedlink;  // sched.lock
  M* alllink;    // constant once on allm
  // Semaphore flavour of locks.
  uintptr waitsema;
  std::atomic<u32> waitsemacount;
  std::atomic<u32> waitsemalock;
  M* nextwaitm;
  std::atomic<bool> preempt;  // any thread sets it: stop at the next safe point
  i32 profilehz;              // of the process's timer, as far as it knows
  GcStats gcstats;
};

// In place of the original's stopwait of 0x7fffffff, which it writes without the lock of that
// count: those who stop do not count themselves any more.
inline constexpr u32 world_frozen = 2;

struct Sched {
  Mutex lock;
  M* midle;
  i32 nmidle;
  i32 mcount;
  i32 maxmcount;
  P* pidle;
  std::atomic<u32> npidle;
  std::atomic<u32> nmspinning;
  std::atomic<u32> gcwaiting;  // the world is to stop; `world_frozen`: for good
  i32 stopwait;
  Note stopnote;
  i32 safepointwait;                  // Ps that for_each_p waits for; `lock`
  void (*safepointfn)(M* mp, P* pp);  // changed under the lock, while no P is asked
  Note safepointnote;
  u32 newprocs;          // GOMAXPROCS at the next start of the world, 0: unchanged; world stopped
  bool runs_goroutines;  // or its Ms have one program each; set before there are threads
  G* runqhead;           // the global queue; `lock`
  G* runqtail;           // `lock`
  std::atomic<i32> runqsize;  // changed under the lock, read without it as a hint
  std::atomic<u64> goidgen;   // ids given to Ps
  Mutex gflock;
  G* gfree;                     // gflock
  i32 nmidlelocked;             // Ms counted as idle without being on the list; `lock`
  bool has_sysmon;              // one M has no P and is not counted; set before goroutines run
  std::atomic<u32> sysmonwait;  // sysmon sleeps deeply; changed under the lock
  Note sysmonnote;
  i64 starttime;               // of schedtrace, by sysmon alone
  std::atomic<u32> ngfree;     // changed under gflock, read without it as a hint
  std::atomic<i32> profilehz;  // changed under the lock, read without it as a hint
};

struct PersistentAlloc {
  Mutex lock;
  u8* pos;
  u8* end;
};

// What the embedding program may observe or provide; all may be nullptr.
struct Hooks {
  void* context;  // the program's own
  // Take the place of the memory profile.
  void (*mprof_malloc)(M* mp, void* p, uintptr size);
  void (*mprof_free)(M* mp, Bucket* b, uintptr size, bool freed);
  // Program counters of the calling thread's stack, innermost first, without the first `skip`;
  // returns how many. Without it all blocks of a size share a bucket.
  u32 (*callers)(M* mp, u32 skip, uintptr* pcs, u32 max);
  // Take the place of the allocation trace. The first only under debug.allocfreetrace.
  void (*tracealloc)(M* mp, void* p, uintptr size, const Type* type);
  void (*tracefree)(M* mp, void* p, uintptr size);
  void (*tracegc)(M* mp);
  const DumpProgram* dump_program;  // what a heap dump says of the program
  void (*main_returned)(M* mp);     // ends the program; without it the process ends
};

struct Runtime {  // collector state (phase, percent, finalizers, roots) is in work
  MHeap heap;
  MStats stats;
  Sched sched;
  Work work;

  std::atomic<M*> allm;                      // linked by alllink, pushed under sched.lock
  std::atomic<P*> allp[max_gomaxprocs + 1];  // the last is always nullptr
  std::atomic<i32> gomaxprocs;
  i32 ncpu;
  std::atomic<u32> panicking;  // Ms that are dying; see panic/dying.h
  std::atomic<u32> exiting;    // helpers and idle threads leave

  std::atomic<uintptr> extram;  // Ms for foreign threads, by schedlink: see extram.cc
  Timers timers;
  ForceGc forcegc;
  SemaRoot semtable[sema_roots];  // of semaphores, by address

  Mutex allglock;
  G** allgs;    // every goroutine ever made; grows under allglock
  u32 allglen;  // an array that has grown out of use stays for who may still read it
  u32 allgs_capacity;

  ProcessInfo process;
  DebugVars debug;
  Mutex debuglock;  // printlock

  PersistentAlloc persistent;
  Mutex unroll_lock;
  MSpan emptymspan;            // dummy of caches: never has a free object
  u64 zerobase;                // the one zero-size object
  const Type* deferproc_type;  // its argument area is typed dead; may be nullptr
  uintptr defer_header_bytes;
  bool small_layout;   // reserve as on 32 bits: a quarter of the arena, extended on demand
  uintptr arena_hint;  // first hint; 0: the original's 0xc000000000
  Hooks hooks;
  StackPool* stacks;  // of goroutines; null in a runtime without any
  MProf mprof;
  Mutex tracelock;
  // Of the runtime's own objects in the heap.
  struct {
    Type sudog, hchan, defer;
  } types;
  NetPoll* netpoll;     // null: nobody waits for descriptors
  Mutex paniclk;        // of who says why the program ends
  CpuProfile* cpuprof;  // null: the program is never profiled
};

// Registers a thread's descriptor (a short mcommoninit). REQUIRES: sched.lock, or bootstrap.
inline void m_init(Runtime* rt, M* mp, i32 id) {
  mp->rt = rt;
  mp->id = id;
  g_init(&mp->g0, StackKind::system, mp);
  g_init(&mp->program, StackKind::user, mp);
  mp->g = &mp->g0;
  mp->fastrand = fastrand_seed + static_cast<u32>(id);
  mp->alllink = rt->allm.load(relaxed);
  // Release publishes the descriptor to those who walk allm.
  rt->allm.store(mp, release);
}

inline bool on_g0(const M* mp) { return mp->g == &mp->g0; }

inline i32 count_ps(const M* mp) { return mp->rt->gomaxprocs.load(relaxed); }
// Partner: procresize, which publishes the P. Null: it has never been made.
inline P* p_at(const M* mp, u32 i) { return mp->rt->allp[i].load(acquire); }

// Runs f on the scheduling stack (original: systemstack).
template <class F>
inline void systemstack(M* mp, F&& f) {
  G* saved = mp->g;
  mp->g = &mp->g0;
  f();
  mp->g = saved;
}

// Pinning: no preemption and no collection between the two.
inline void acquirem(M* mp) { mp->locks++; }
inline void releasem(M* mp) { mp->locks--; }

}  // namespace runtime_core
