// Parallel for with work stealing over a range of indices (original: parfor.go; facts §13).
//
// Threads: one thread sets up; then up to nthr calls of parfordo, usually one a thread, take part.
//   Nobody sets up again before all of them have returned.
// Invariants: parfor.once: each index in [0, cnt) is run exactly once; parfor.idle: done is the
//   number of idle or departed threads and never exceeds nthr.
// Ordering: setup is published by whatever starts the helpers. A range moves between threads by
//   the compare-and-swap on the victim's pos. With wait, the body's writes reach every thread that
//   returns through the increments and loads of done; without, threads return on their own.
#pragma once

#include "runtime_core/probe.h"

namespace runtime_core {

struct M;
struct ParFor;
using ParForBody = void (*)(M* mp, ParFor* desc, u32 index);

struct ParForStats {
  u64 nsteal;     // successful thefts
  u64 nstealcnt;  // indices stolen
  u64 nprocyield;
  u64 nosyield;
  u64 nsleep;
};

struct alignas(cache_line_size) ParForThread {
  alignas(8) std::atomic<u64> pos;  // next index in the low half, end in the high half
  ParForStats stats;                // owner only
};

struct ParFor {
  ParForBody body;
  std::atomic<u32> done;    // threads that are idle or gone
  u32 nthr;                 // threads that take part
  u32 nthrmax;              // room in thr
  std::atomic<u32> thrseq;  // thread ids handed out
  u32 cnt;                  // indices to run
  void* ctx;                // for the body
  bool wait;                // parfordo returns only when all indices have been run
  ParForThread* thr;
  // Sums over the threads that have returned.
  std::atomic<u64> nsteal, nstealcnt, nprocyield, nosyield, nsleep;
};

// Original: parforalloc. The caller owns both objects, and `thr` holds `nthrmax` threads.
void parforinit(ParFor* desc, ParForThread* thr, u32 nthrmax);
void parforsetup(M* mp, ParFor* desc, u32 nthr, u32 n, void* ctx, bool wait, ParForBody body);
void parfordo(M* mp, ParFor* desc);

// Original: parforiters. The indices that thread `tid` still has, as [begin, end).
struct ParForRange {
  u32 begin, end;
};
ParForRange parforiters(const ParFor* desc, u32 tid);

}  // namespace runtime_core
