// A work buffer of each P for what its barriers shade, so that they need not go to the shared lists
// (tuning cache_workbufs; later versions: p.gcw).
//
// Threads: the owner of the P, in a barrier; or for_each_p's function.
// Invariant: no P keeps a buffer when marking terminates, so that the lists hold all grey objects.
#include "runtime_core/gc/internal.h"

namespace runtime_core {

namespace {

// For the checkers the place is a list, of one buffer.
constexpr u64 list_of_p = 3;

void note_get(Workbuf* b) { event(Event::workbuf_get, reinterpret_cast<u64>(b)); }

// REQUIRES: the P keeps a buffer.
Workbuf* take(P* pp) {
  Workbuf* b = pp->gcw;
  pp->gcw = nullptr;
  note_get(b);
  return b;
}

void flush(M* mp, P* pp) {
  if (pp->gcw != nullptr) putpartial(mp, take(pp));
}

// Asks nobody, and takes a buffer first and away from its P then.
void steal_all(M* mp) {
  for (i32 i = 0; i < count_ps(mp); i++) {
    P* pp = p_at(mp, i);
    Workbuf* b = pp->gcw;
    if (b == nullptr) continue;
    note_get(b);
    putpartial(mp, b);
    pp->gcw = nullptr;
  }
}

}  // namespace

Workbuf* get_barrier_buffer(M* mp) {
  const bool keeps = tuning().cache_workbufs != 0 && mp->p != nullptr && mp->p->gcw != nullptr;
  return keeps ? take(mp->p) : getpartialorempty(mp);
}

void put_barrier_buffer(M* mp, Workbuf* b) {
  const bool caches = tuning().cache_workbufs != 0 && mp->p != nullptr && b->nobj != 0 &&
                      b->nobj < workbuf_capacity() && work_of(mp).gcw_open.load(relaxed);
  if (!caches) return putpartial(mp, b);
  event(Event::workbuf_put, reinterpret_cast<u64>(b), b->nobj, list_of_p);
  mp->p->gcw = b;
}

void open_gcw(M* mp) {
  if (tuning().cache_workbufs != 0) work_of(mp).gcw_open.store(true, relaxed);
}

// What the Ps keep goes to the lists, and nothing more is kept. Flushed first, a P could begin a
// new buffer before it sees that none is wanted any more (c1f7a56f). REQUIRES: they keep buffers.
void close_gcw(M* mp) {
  std::atomic<bool>& open = work_of(mp).gcw_open;
  if (rules().gcw_closed_first && rules().gcw_closes) open.store(false, seq_cst);
  if (rules().gcw_flushed_by_owner) {
    for_each_p(mp, flush);
  } else {
    steal_all(mp);
  }
  if (rules().gcw_closes) open.store(false, seq_cst);
}

// World stopped.
void check_gcw(M* mp) {
  if (tuning().cache_workbufs == 0) return;
  for (i32 i = 0; i < count_ps(mp); i++) {
    if (p_at(mp, i)->gcw != nullptr) {
      throw_("P has cached GC work at end of mark termination");
    }
  }
}

}  // namespace runtime_core
