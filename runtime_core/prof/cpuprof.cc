// The table of places, the two logs, and the reader (original: cpuprof.go).
#include "runtime_core/prof/cpuprof.h"

#include "runtime_core/os/mem.h"
#include "runtime_core/os/os.h"
#include "runtime_core/os/print.h"
#include "runtime_core/runtime.h"
#include "runtime_core/sched/proc.h"

namespace runtime_core {

namespace {

constexpr uintptr header_words = 5;
constexpr uintptr end_of_data[] = {0, 1, 0};

// In the simulator the addresses of functions are another build's, so all places share a list.
constexpr u32 buckets_used = simulated ? 1 : profile_buckets;
u32 log_words() { return tuning().profile_log_words; }

u32 bucket_of(const uintptr* stack, u32 depth) {
  uintptr h = 0;
  for (u32 i = 0; i < depth; i++) {
    h = h << 8 | h >> (8 * (ptr_size - 1));
    h += stack[i] * 41;
  }
  return static_cast<u32>(h % buckets_used);
}

bool is_place(const ProfileEntry& e, const uintptr* stack, u32 depth) {
  if (e.depth != depth) return false;
  for (u32 i = 0; i < depth; i++) {
    if (e.stack[i] != stack[i]) return false;
  }
  return true;
}

constexpr u32 lost_words = 3;
// How many ticks found no room, as a place of its own.
void log_lost(CpuProfile* p) {
  uintptr* log = &p->log[p->toggle][p->nlog];
  log[0] = p->lost;
  log[1] = 1;
  log[2] = static_cast<uintptr>(PseudoPlace::lost_data);
  p->nlog += lost_words;
  p->lost = 0;
}

// Hands the full log to the reader, and begins the other one; false: the reader still has that.
bool flushlog(M* mp, CpuProfile* p) {
  u32 none = 0;
  if (!p->handoff.compare_exchange_strong(none, p->nlog, seq_cst, seq_cst)) return false;
  notewakeup(mp, &p->wait);
  p->toggle = 1 - p->toggle;
  p->nlog = 0;
  if (p->lost > 0) log_lost(p);
  return true;
}

// Moves an entry to the log; false: there is no room.
bool evict(M* mp, CpuProfile* p, ProfileEntry* e) {
  if (p->nlog + 2 + e->depth > log_words() && !flushlog(mp, p)) return false;
  uintptr* log = &p->log[p->toggle][p->nlog];
  log[0] = e->count;
  log[1] = e->depth;
  for (u32 i = 0; i < e->depth; i++) log[2 + i] = e->stack[i];
  p->nlog += 2 + e->depth;
  e->count = 0;
  return true;
}

void begin_profile(M* mp, CpuProfile* p, i32 hz) {
  const uintptr header[header_words] = {0, 3, 0, static_cast<uintptr>(1'000'000 / hz), 0};
  for (u32 i = 0; i < header_words; i++) p->log[0][i] = header[i];
  p->nlog = header_words;
  p->toggle = p->wtoggle = 0;
  p->wholding = p->flushing = p->eod_sent = false;
  noteclear(&p->wait);
  p->on.store(true, release);  // to a reader that comes earlier
  setcpuprofilerate_m(mp, hz);
}

// No handler counts any more: what is left is the reader's. As committed `on` is cleared first, and
// a reader who looks in between takes the profile for read.
void end_profile(M* mp, CpuProfile* p) {
  setcpuprofilerate_m(mp, 0);
  if (!rules().profile_over_before_off) p->on.store(false, seq_cst);
  u32 n = p->handoff.load(seq_cst);
  while (!p->handoff.compare_exchange_strong(n, n | profile_is_over, seq_cst, seq_cst)) {
  }
  if ((n & profile_is_over) != 0) throw_("runtime: setcpuprofile(off) twice");
  if (n == 0) notewakeup(mp, &p->wait);
  p->on.store(false, release);
}

// The reader gives back what it has read. False: the profile is over meanwhile.
bool release_log(CpuProfile* p) {
  p->wtoggle = 1 - p->wtoggle;
  p->wholding = false;
  u32 n = p->handoff.load(seq_cst);
  while ((n & profile_is_over) == 0) {
    if (n == 0) throw_("runtime: phase error during cpu profile handoff");
    if (p->handoff.compare_exchange_strong(n, 0, seq_cst, seq_cst)) return true;
  }
  return false;
}

// As much of the table as there is room for in the log.
void evict_all(M* mp, CpuProfile* p) {
  for (u32 bucket = 0; bucket < buckets_used; bucket++) {
    for (ProfileEntry& e : p->table[bucket]) {
      if (e.count > 0 && !evict(mp, p, &e)) return;
    }
  }
}

// Nobody else is there any more: the table and the log that was written last.
u32 flush(M* mp, CpuProfile* p, const uintptr** words) {
  evict_all(mp, p);
  // As committed what was lost since the last log was full is forgotten.
  const bool fits = p->nlog + lost_words <= log_words();
  if (rules().profile_ends_with_lost && p->lost > 0 && fits) log_lost(p);
  if (p->nlog > 0) {
    *words = p->log[p->toggle];
    const u32 n = p->nlog;
    p->nlog = 0;
    return n;
  }
  if (!p->eod_sent) {
    p->eod_sent = true;
    *words = end_of_data;
    return 3;
  }
  p->flushing = false;
  p->handoff.store(0, seq_cst);
  return 0;
}

}  // namespace

void cpuprof_init(M* mp) {
  void* p = sys_alloc(sizeof(CpuProfile), &mp->rt->stats.other_sys);
  if (p == nullptr) out_of_memory("runtime: cannot allocate memory");
  mp->rt->cpuprof = static_cast<CpuProfile*>(p);
}

// Between a look at the entry with the smallest count and its return nobody else is there: `lock`.
void cpuproftick(M* mp, const uintptr* stack, u32 depth) {
  CpuProfile* p = mp->rt->cpuprof;
  if (depth > profile_depth_max) depth = profile_depth_max;
  p->ticks++;
  ProfileEntry* ways = p->table[bucket_of(stack, depth)];
  ProfileEntry* least = &ways[0];
  for (u32 i = 0; i < tuning().profile_ways; i++) {
    if (ways[i].count != 0 && is_place(ways[i], stack, depth)) {
      const uintptr count = ways[i].count;
      if (!rules().sigprof_locks) osyield();  // another handler may come in between
      ways[i].count = count + 1;
      return;
    }
    if (ways[i].count < least->count) least = &ways[i];
  }
  if (least->count > 0 && !evict(mp, p, least)) {
    p->lost++;
    return;
  }
  least->depth = depth;
  least->count = 1;
  for (u32 i = 0; i < depth; i++) least->stack[i] = stack[i];
}

bool set_cpu_profile_rate(G* gp, i32 hz) {
  constexpr i32 hz_max = 1'000'000;
  M* mp = gp->m;
  CpuProfile* p = mp->rt->cpuprof;
  if (p == nullptr) throw_("set_cpu_profile_rate without cpuprof_init");
  if (hz > hz_max) hz = hz_max;
  lock(mp, &p->ratelock);
  const bool on = p->on.load(relaxed);
  // The last one may be read to its end before who has ended it has said so.
  const bool done = hz <= 0 || (!on && p->handoff.load(seq_cst) == 0);
  if (hz > 0 && done) begin_profile(mp, p, hz);
  if (hz <= 0 && on) end_profile(mp, p);
  unlock(mp, &p->ratelock);
  return done;
}

u32 get_profile(G* gp, const uintptr** words) {
  CpuProfile* p = gp->m->rt->cpuprof;
  if (p->wholding && !release_log(p)) p->flushing = true;
  if (p->flushing) return flush(gp->m, p, words);
  if (!p->on.load(acquire) && p->handoff.load(seq_cst) == 0) return 0;
  notetsleepg(gp, &p->wait, -1);
  noteclear(&p->wait);
  const u32 n = p->handoff.load(seq_cst);
  if (n == 0) throw_("runtime: phase error during cpu profile wait");
  if (n == profile_is_over) {
    p->flushing = true;
    return flush(gp->m, p, words);
  }
  p->wholding = true;
  *words = p->log[p->wtoggle];
  return n & ~profile_is_over;
}

}  // namespace runtime_core
