// The steps of a collection, taken apart for scenarios.
#include "scenarios/marking.h"

#include "runtime_core/sched/sched.h"
#include "scenarios/threads.h"

namespace scenarios {

using namespace runtime_core;

void start_runtime(Env& env, Marking* m, u32 threads, u32 root_words) {
  m->rt = allocate<Runtime>(env);
  m->ms = allocate<M>(env, threads);
  m->roots = allocate<u64>(env, root_words);
  m->threads = threads;
  m->root_words = root_words;
  start_threads(env, m->rt, m->ms, threads);
  for (u32 i = 0; i < threads; i++) mstart1(&m->ms[i]);
  // Nothing collects unless the scenario says so, and no choice of the explorer makes it.
  m->rt->work.gcpercent.store(-1, relaxed);
  m->rt->stats.next_gc.store(no_goal, relaxed);
  m->rt->stats.enablegc.store(true, relaxed);
  add_root_area(&m->ms[0], RootArea{reinterpret_cast<uintptr>(m->roots), root_words * ptr_size,
                                    nullptr, RootKind::data});
}

Type* make_type(Env& env, u64 size, const u8* mask) {
  auto* type = allocate<Type>(env);
  type->size = size;
  type->align = 8;
  type->kind = kind_struct;
  if (mask == nullptr) type->kind |= kind_no_pointers;
  type->gc[0] = reinterpret_cast<uintptr>(mask);
  return type;
}

void make_workbufs(Marking* m, u32 count) {
  M* mp = &m->ms[0];
  Workbuf* made[16];
  require(count <= 16, "scenario.memory", "too many work buffers asked for");
  for (u32 i = 0; i < count; i++) made[i] = getempty(mp, nullptr);
  for (u32 i = 0; i < count; i++) putempty(mp, made[i]);
}

void store_slot(u64 slot, u64 value) {
  std::atomic_ref<u64> word(*reinterpret_cast<u64*>(slot));
  event(Event::slot_store, slot, word.load(relaxed), value);
  // Publishes what the object holds to the marker's acquire load.
  word.store(value, rules().publish_release ? release : relaxed);
}

namespace {

void begin(Marking* m, u32 markers, bool checkmark) {
  M* mp = &m->ms[0];
  Work& work = m->rt->work;
  MHeap& h = m->rt->heap;
  for (u32 i = 0; i < m->threads; i++) m->ms[i].g = &m->ms[i].g0;
  work.spans = h.allspans;
  work.nspans = h.nspan;
  work.nwait.store(0, relaxed);
  work.ndone.store(0, relaxed);
  work.nproc = markers;
  work.checkmark = checkmark;
  if (checkmark) clearcheckmarkbits(mp);
  work.gcphase.store(GcPhase::marktermination, relaxed);
  parforsetup(mp, &work.markfor, markers, root_count, nullptr, false, markroot);
  event(Event::gc_mark_begin, markers, checkmark);
}

void mark_all_roots_alone(Marking* m) {
  M* mp = &m->ms[0];
  parfordo(mp, &m->rt->work.markfor);
  scanblock(mp, 0, 0, nullptr);
  end_mark(m);
}

}  // namespace

void begin_concurrent_mark(Marking* m) {
  for (u32 i = 0; i < m->threads; i++) m->ms[i].g = &m->ms[i].g0;
  Work& work = m->rt->work;
  work.spans = m->rt->heap.allspans;
  work.nspans = m->rt->heap.nspan;
  work.nproc = 1;
  work.gcphase.store(GcPhase::mark, relaxed);
  event(Event::gc_mark_begin, 1, 0);
}

void end_concurrent_mark(Marking* m) {
  begin(m, 1, false);
  mark_all_roots_alone(m);
}

void begin_mark(Marking* m, u32 markers) { begin(m, markers, false); }
void begin_checkmark(Marking* m, u32 markers) { begin(m, markers, true); }

void mark_from(Marking* m, u32 id, u32 first, u32 words) {
  M* mp = &m->ms[id];
  for (u32 i = first; i < first + words; i++) {
    scanblock(mp, reinterpret_cast<uintptr>(&m->roots[i]), ptr_size, mask_one_root);
  }
  scanblock(mp, 0, 0, nullptr);
}

void end_mark(Marking* m) {
  Work& work = m->rt->work;
  if (work.full.load(seq_cst) != 0) throw_("work.full != 0");
  if (work.partial.load(seq_cst) != 0) throw_("work.partial != 0");
  event(Event::gc_mark_end, work.nproc, work.checkmark);
  work.gcphase.store(GcPhase::off, relaxed);
  if (!work.checkmark) return;
  work.checkmark = false;
  clearcheckmarkbits(&m->ms[0]);
}

void mark_alone(Marking* m) {
  begin(m, 1, false);
  mark_all_roots_alone(m);
}

void checkmark_alone(Marking* m) {
  begin(m, 1, true);
  mark_all_roots_alone(m);
}

void sweep_all(Marking* m) {
  M* mp = &m->ms[0];
  MHeap& h = m->rt->heap;
  flushallmcaches(mp);
  const u32 sg = h.sweepgen.load(relaxed) + 2;
  h.sweepgen.store(sg, seq_cst);
  h.sweepdone.store(0, seq_cst);
  m->rt->work.sweep.spanidx.store(0, seq_cst);
  event(Event::sweepgen_bump, sg);
  while (sweepone(mp) != sweep_nothing_left) {
  }
}

}  // namespace scenarios
