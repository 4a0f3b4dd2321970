// The CPU profile: what handlers of SIGPROF count, and who reads it (original: cpuprof.go, and
// prof, sigprof, setcpuprofilerate_m of proc1.go; facts §23).
//
// A place is a stack of functions, innermost first. Handlers count places in a small table; what
// has to give way goes to a log, and when one of the two logs is full, it is handed to the reader.
//
// Threads: add() by handlers, one at a time; set_cpu_profile_rate() by any goroutine; get_profile()
//   by one goroutine at a time.
// Invariants: profile.conserved: each tick is counted once, in a record or as lost.
//   profile.no_broken_state: a handler does not walk frames that are being changed, nor allocates.
// Ordering: `lock` orders handlers with each other and with who changes the rate. A log belongs to
//   the reader while `handoff` is not 0: the swaps of that word publish what is in it.
#pragma once

#include "runtime_core/base.h"
#include "runtime_core/sync/mutex.h"
#include "runtime_core/sync/note.h"

namespace runtime_core {

struct G;
struct M;
struct Runtime;

inline constexpr u32 profile_depth_max = 64;
inline constexpr u32 profile_buckets = 1024, profile_ways_max = 4;
inline constexpr u32 profile_log_max = 1 << 16;  // words
// Of `handoff`: the profile is over. The rest is the number of words that the reader has.
inline constexpr u32 profile_is_over = u32{1} << 31;

struct ProfileEntry {
  uintptr count;
  u32 depth;
  uintptr stack[profile_depth_max];
};

// Original: cpuProfile, and prof. A few megabytes, of which is touched what is used.
struct CpuProfile {
  std::atomic<u32> lock;  // a spin lock, between handlers and who changes the rate
  std::atomic<i32> hz;    // 0: no ticks are counted
  Mutex ratelock;         // of set_cpu_profile_rate (original: cpuprofLock)
  std::atomic<bool> on;
  std::atomic<u32> handoff;
  Note wait;  // of the reader

  // `lock`; the reader's once the profile is over.
  u64 ticks;  // counted so far, or lost
  u64 lost;
  u32 toggle;  // the log that is written
  u32 nlog;    // words in it
  ProfileEntry table[profile_buckets][profile_ways_max];
  uintptr log[2][profile_log_max];

  // The reader's.
  u32 wtoggle;
  bool wholding, flushing, eod_sent;
};

// What a place is if it is no Go function's: a function of the runtime's, by its number.
enum class PseudoPlace : uintptr { system = 1, gc, lost_data };

// REQUIRES: before goroutines run. Without it the rate cannot be set.
void cpuprof_init(M* mp);
// Original: SetCPUProfileRate. False: the last profile has not been read to its end.
bool set_cpu_profile_rate(G* gp, i32 hz);
// Original: CPUProfile, getprofile. The next words of the log: records of count, depth and stack, a
// header before and an end marker behind. They are valid until the next call. 0: it is over.
u32 get_profile(G* gp, const uintptr** words);

// --- for the runtime (sigprof.cc) --------------------------------------------------------------
// On the signal stack of mp, which was running gp, with its control stack at sp.
void sigprof(M* mp, G* gp, uintptr pc, uintptr sp);
void setcpuprofilerate_m(M* mp, i32 hz);
// The rate of the process's timer, as this M knows it.
void resetcpuprofiler(M* mp, i32 hz);
void adopt_profile_rate(M* mp);
// Counts a place. REQUIRES: lock. Original: cpuproftick, add.
void cpuproftick(M* mp, const uintptr* stack, u32 depth);

}  // namespace runtime_core
