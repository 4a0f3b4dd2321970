// Parallel for: taking indices, stealing ranges, and knowing when to stop (original: parfor.go).
#include "runtime_core/sync/parfor.h"

#include "runtime_core/os/os.h"
#include "runtime_core/runtime.h"

namespace runtime_core {

namespace {

u64 pack(u32 begin, u32 end) { return u64{end} << 32 | begin; }

ParForRange unpack(u64 pos) { return {static_cast<u32>(pos), static_cast<u32>(pos >> 32)}; }

// One thread's part in one parallel for.
struct Worker {
  M* mp;
  ParFor* desc;
  ParForThread* me;
  u32 tid;
  bool idle;  // counted in desc->done
};

void set_idle(Worker* w) {
  if (w->idle) return;
  w->idle = true;
  // Releases what the bodies wrote to the load of done in find_work.
  w->desc->done.fetch_add(1, seq_cst);
}

void set_busy(Worker* w) {
  if (!w->idle) return;
  w->idle = false;
  w->desc->done.fetch_sub(1, seq_cst);
}

// Runs what is left of the own range. Taking past the end overshoots by one, which no thief and
// no later take mistakes for work.
void run_own(Worker* w) {
  for (;;) {
    const u64 old = w->me->pos.fetch_add(1, seq_cst);
    const ParForRange left = unpack(old);
    if (left.begin >= left.end) return;
    event(Event::parfor_index, reinterpret_cast<u64>(w->desc), left.begin);
    w->desc->body(w->mp, w->desc, left.begin);
  }
}

bool replace_pos(std::atomic<u64>* pos, u64 old, u64 value) {
  if (!rules().parfor_steal_cas) {
    pos->store(value, seq_cst);
    return true;
  }
  return pos->compare_exchange_strong(old, value, seq_cst, seq_cst);
}

// Takes the upper half of the victim's range, never its last index: [begin, end), empty if there
// is nothing to take.
ParForRange take_half(Worker* w, std::atomic<u64>* victim) {
  for (;;) {
    const u64 pos = victim->load(seq_cst);
    const ParForRange range = unpack(pos);
    // begin + 1 cannot wrap: setup allows at most 2^32 - 1 indices and a take overshoots by one.
    if (range.begin + 1 >= range.end) return {0, 0};
    // Before the theft: until we run what we took, nobody else can know of it, and a full count
    // of done would send the others home.
    if (rules().parfor_undo_done_before_steal) set_busy(w);
    const u32 middle = range.begin + (range.end - range.begin) / 2;
    if (replace_pos(victim, pos, pack(range.begin, middle))) return {middle, range.end};
  }
}

u32 choose_victim(Worker* w) {
  const u32 others = w->desc->nthr - 1;
  // With a single victim nothing is drawn, so that the generator stays put while we wait.
  const u32 fallback = others > 1 ? fastrand1(w->mp) % others : 0;
  const u32 victim = decide(Decision::steal_victim, others, fallback);
  return victim < w->tid ? victim : victim + 1;
}

bool steal(Worker* w) {
  const u32 victim = choose_victim(w);
  const ParForRange range = take_half(w, &w->desc->thr[victim].pos);
  if (range.begin >= range.end) return false;
  if (w->idle && rules().parfor_undo_done_before_steal) throw_("parfor: should not be idle");
  w->me->pos.store(pack(range.begin, range.end), seq_cst);
  if (w->idle) set_busy(w);
  w->me->stats.nsteal++;
  w->me->stats.nstealcnt += range.end - range.begin;
  return true;
}

// Waits longer with every fruitless try; false if the caller asked not to wait that long.
bool back_off(Worker* w, u32 tries) {
  const u32 nthr = w->desc->nthr;
  const u32 osyield_tries = tuning().parfor_osyield_tries * nthr;
  if (tries < nthr) return true;
  if (tries < tuning().parfor_idle_tries * nthr) {
    w->me->stats.nprocyield++;
    procyield(tuning().parfor_procyield_count);
    return true;
  }
  if (!w->desc->wait) return false;
  if (tries < osyield_tries) {
    w->me->stats.nosyield++;
    osyield();
    return true;
  }
  // A checker merges equal states: there a wait counts as one sleep, however long it is.
  if (!simulated || tries == osyield_tries) w->me->stats.nsleep++;
  usleep(tuning().parfor_sleep_us);
  return true;
}

// Steals until there is own work again; false when there is nothing more to do.
bool find_work(Worker* w) {
  ParFor* desc = w->desc;
  // Stops at a value above every threshold. A thread that waits without end then comes back to
  // the state that it was in, and an explorer sees a loop instead of ever new states.
  const u32 idle_tries = tuning().parfor_idle_tries * desc->nthr;
  const u32 osyield_tries = tuning().parfor_osyield_tries * desc->nthr;
  const u32 tries_max = (osyield_tries > idle_tries ? osyield_tries : idle_tries) + 1;
  for (u32 tries = 0;; tries = tries < tries_max ? tries + 1 : tries_max) {
    if (tries > idle_tries) set_idle(w);
    // Acquires what the bodies of those who went idle wrote.
    const u32 done = desc->done.load(acquire);
    if (done + (w->idle ? 0 : 1) == desc->nthr) return false;
    if (steal(w)) return true;
    if (!back_off(w, tries)) return false;
  }
}

void add_stats(Worker* w) {
  ParFor* desc = w->desc;
  ParForStats* stats = &w->me->stats;
  desc->nsteal.fetch_add(stats->nsteal, seq_cst);
  desc->nstealcnt.fetch_add(stats->nstealcnt, seq_cst);
  desc->nprocyield.fetch_add(stats->nprocyield, seq_cst);
  desc->nosyield.fetch_add(stats->nosyield, seq_cst);
  desc->nsleep.fetch_add(stats->nsleep, seq_cst);
  *stats = ParForStats{};
}

void run_serially(M* mp, ParFor* desc) {
  for (u32 i = 0; i < desc->cnt; i++) {
    event(Event::parfor_index, reinterpret_cast<u64>(desc), i);
    desc->body(mp, desc, i);
  }
}

}  // namespace

void parforinit(ParFor* desc, ParForThread* thr, u32 nthrmax) {
  desc->thr = thr;
  desc->nthrmax = nthrmax;
  desc->nthr = 0;
  for (u32 i = 0; i < nthrmax; i++) thr[i].stats = ParForStats{};
}

void parforsetup(M*, ParFor* desc, u32 nthr, u32 n, void* ctx, bool wait, ParForBody body) {
  if (desc == nullptr || body == nullptr || nthr == 0 || nthr > desc->nthrmax) {
    throw_("parfor: invalid args");
  }
  desc->body = body;
  desc->done.store(0, relaxed);
  desc->nthr = nthr;
  desc->thrseq.store(0, relaxed);
  desc->cnt = n;
  desc->ctx = ctx;
  desc->wait = wait;
  desc->nsteal.store(0, relaxed);
  desc->nstealcnt.store(0, relaxed);
  desc->nprocyield.store(0, relaxed);
  desc->nosyield.store(0, relaxed);
  desc->nsleep.store(0, relaxed);
  for (u32 i = 0; i < nthr; i++) {
    // Not every 32-bit machine would align it for us, and there a 64-bit atomic needs it.
    if (reinterpret_cast<uintptr>(&desc->thr[i].pos) % 8 != 0) {
      throw_("parforsetup: pos is not aligned");
    }
    const u32 begin = static_cast<u32>(u64{n} * i / nthr);
    const u32 end = static_cast<u32>(u64{n} * (i + 1) / nthr);
    desc->thr[i].pos.store(pack(begin, end), relaxed);
  }
  event(Event::parfor_setup, reinterpret_cast<u64>(desc), nthr, n);
}

void parfordo(M* mp, ParFor* desc) {
  const u32 tid = desc->thrseq.fetch_add(1, seq_cst);
  if (tid >= desc->nthr) throw_("parfor: invalid tid");
  if (desc->nthr == 1) {
    run_serially(mp, desc);
  } else {
    Worker worker{mp, desc, &desc->thr[tid], tid, false};
    do {
      run_own(&worker);
    } while (find_work(&worker));
    set_idle(&worker);
    add_stats(&worker);
  }
  event(Event::parfor_done, reinterpret_cast<u64>(desc));
}

ParForRange parforiters(const ParFor* desc, u32 tid) {
  return unpack(desc->thr[tid].pos.load(relaxed));
}

}  // namespace runtime_core
