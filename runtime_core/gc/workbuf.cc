// Work buffers of the marker and the termination barrier (original: mgc.go, getempty..handoff).
#include "runtime_core/gc/internal.h"

namespace runtime_core {

namespace {

void note_put(Workbuf* b, u64 list) {
  event(Event::workbuf_put, reinterpret_cast<u64>(b), b->nobj, list);
}

void push(std::atomic<u64>* list, Workbuf* b, u64 list_number) {
  note_put(b, list_number);
  lfstack_push(list, &b->node);
}

Workbuf* pop(std::atomic<u64>* list) { return reinterpret_cast<Workbuf*>(lfstack_pop(list)); }

Workbuf* got(Workbuf* b) {
  if (b != nullptr) event(Event::workbuf_get, reinterpret_cast<u64>(b));
  return b;
}

Workbuf* pop_filled(Work& work) {
  Workbuf* b = pop(&work.full);
  if (b == nullptr) b = pop(&work.partial);
  return got(b);
}

// Spin, then yield, then sleep, so that a late producer gets the processor.
void back_off(M* mp, u32 round) {
  const u32 spins = tuning().getfull_procyield_rounds;
  if (round < spins) {
    mp->gcstats.nprocyield++;
    procyield(tuning().getfull_procyield_count);
  } else if (round < spins + tuning().getfull_osyield_rounds) {
    mp->gcstats.nosyield++;
    osyield();
  } else {
    if (round - spins - tuning().getfull_osyield_rounds + 1 == tuning().getfull_attempts) {
      fail("live.progress", "getfull: a marker never ends");
    }
    mp->gcstats.nsleep++;
    usleep(tuning().getfull_sleep_us);
  }
}

}  // namespace

// Original: getempty. Queues b as full and returns an empty buffer.
Workbuf* getempty(M* mp, Workbuf* b) {
  Work& work = work_of(mp);
  if (b != nullptr) putfull(mp, b);
  b = nullptr;
  // Racy hint: an empty list only costs a fresh buffer.
  if (work.empty.load(relaxed) != 0) b = pop(&work.empty);
  if (b != nullptr && b->nobj != 0) throw_("getempty: workbuffer not empty, b->nobj not 0");
  if (b == nullptr) {
    b = static_cast<Workbuf*>(
        persistentalloc(mp, sizeof(Workbuf), cache_line_size, &memstats_of(mp).gc_sys));
    b->nobj = 0;
    event(Event::workbuf_new, reinterpret_cast<u64>(b));
  }
  return got(b);
}

// Original: putempty.
void putempty(M* mp, Workbuf* b) {
  if (b->nobj != 0) throw_("putempty: b->nobj not 0");
  push(&work_of(mp).empty, b, 0);
}

// Original: putfull.
void putfull(M* mp, Workbuf* b) {
  if (b->nobj == 0) throw_("putfull: b->nobj <= 0");
  push(&work_of(mp).full, b, 2);
}

// Original: getpartialorempty.
Workbuf* getpartialorempty(M* mp) {
  Workbuf* b = got(pop(&work_of(mp).partial));
  return b != nullptr ? b : getempty(mp, nullptr);
}

// Original: putpartial. The fill decides which list.
void putpartial(M* mp, Workbuf* b) {
  Work& work = work_of(mp);
  const uintptr capacity = workbuf_capacity();
  if (b->nobj == 0) {
    push(&work.empty, b, 0);
  } else if (b->nobj < capacity) {
    push(&work.partial, b, 1);
  } else if (b->nobj == capacity) {
    push(&work.full, b, 2);
  } else {
    throw_("putpartial: bad Workbuf b.nobj");
  }
}

// Original: getfull. A buffer with entries, or null once all nproc markers wait here: a waiting
// marker owns no buffer and only one that does not wait makes new ones, so nothing is left.
Workbuf* getfull(M* mp, Workbuf* b) {
  Work& work = work_of(mp);
  if (b != nullptr && rules().getfull_returns_empty) putempty(mp, b);
  b = pop_filled(work);
  if (b != nullptr || work.nproc == 1) return b;
  // Sequentially consistent with the pushes: who sees nwait == nproc sees every push before it.
  work.nwait.fetch_add(1, seq_cst);
  for (u32 round = 0;; round++) {
    if (work.full.load(seq_cst) != 0) {
      if (rules().getfull_counts_first) work.nwait.fetch_sub(1, seq_cst);
      b = pop_filled(work);
      if (b != nullptr && !rules().getfull_counts_first) work.nwait.fetch_sub(1, seq_cst);
      if (b != nullptr) return b;
      if (rules().getfull_counts_first) work.nwait.fetch_add(1, seq_cst);
    }
    if (work.nwait.load(seq_cst) == work.nproc) return nullptr;
    back_off(mp, round);
  }
}

// Original: handoff. The first half of b goes to whoever waits, the caller keeps the rest.
Workbuf* handoff(M* mp, Workbuf* b) {
  Workbuf* kept = getempty(mp, nullptr);
  const uintptr n = b->nobj / 2;
  b->nobj -= n;
  kept->nobj = n;
  for (uintptr i = 0; i < n; i++) kept->obj[i] = b->obj[b->nobj + i];
  mp->gcstats.nhandoff++;
  mp->gcstats.nhandoffcnt += n;
  event(Event::workbuf_handoff, reinterpret_cast<u64>(kept), reinterpret_cast<u64>(b));
  push(&work_of(mp).full, b, 2);
  return kept;
}

}  // namespace runtime_core
