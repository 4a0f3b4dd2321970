// Memory statistics, brought up to date on demand (original: updatememstats; facts §10.15, §27).
#include <cstring>

#include "runtime_core/heap/mheap_internal.h"
#include "runtime_core/heap/msize.h"

namespace runtime_core {

void cachestats(M* mp) {
  for (int i = 0; i < max_gomaxprocs; i++) {
    P* p = p_at(mp, i);  // partner: procresize
    if (p == nullptr) break;
    if (p->mcache != nullptr) purgecachedstats(mp, p->mcache);
  }
}

void flushallmcaches(M* mp) {
  Runtime* rt = mp->rt;
  for (int i = 0; i < max_gomaxprocs; i++) {
    P* p = rt->allp[i].load(acquire);
    if (p == nullptr) break;
    MCache* c = p->mcache;
    if (c == nullptr) continue;
    mcache_release_all(mp, c);
    stackcache_clear(mp, c);
  }
}

namespace {

void sum_gc_stats(Runtime* rt, GcStats* out) {
  if (out != nullptr) *out = GcStats{};
  for (M* mp = rt->allm.load(acquire); mp != nullptr; mp = mp->alllink) {
    if (out != nullptr) {
      out->nhandoff += mp->gcstats.nhandoff;
      out->nhandoffcnt += mp->gcstats.nhandoffcnt;
      out->nprocyield += mp->gcstats.nprocyield;
      out->nosyield += mp->gcstats.nosyield;
      out->nsleep += mp->gcstats.nsleep;
    }
    mp->gcstats = GcStats{};
  }
}

void sum_sys(Runtime* rt) {
  MStats* s = &rt->stats;
  const std::atomic<u64>* parts[] = {&s->heap_sys,   &s->stacks_sys,   &s->mspan_sys,
                                     &s->mcache_sys, &s->buckhash_sys, &s->gc_sys,
                                     &s->other_sys};
  s->sys = 0;
  for (const std::atomic<u64>* part : parts) s->sys += part->load(relaxed);
}

// Objects alive, and freed but not yet swept. REQUIRES: heap.lock, caches flushed.
void count_live(Runtime* rt) {
  MStats* stats = &rt->stats;
  for (u32 i = 0; i < rt->heap.nspan; i++) {
    MSpan* s = rt->heap.allspans[i];
    if (s->state.load(relaxed) != span_in_use) continue;
    const uintptr elemsize = s->elemsize.load(relaxed);
    const u8 sizeclass = s->sizeclass.load(relaxed);
    const u64 objects = sizeclass == 0 ? 1 : s->ref;
    stats->nmalloc += objects;
    stats->alloc += objects * elemsize;
    if (sizeclass != 0) stats->by_size[sizeclass].nmalloc += objects;
  }
}

}  // namespace

void updatememstats(M* mp, GcStats* out) {
  Runtime* rt = mp->rt;
  MHeap* h = &rt->heap;
  MStats* stats = &rt->stats;
  sum_gc_stats(rt, out);
  sum_sys(rt);
  stats->alloc = stats->total_alloc = stats->nmalloc = stats->nfree = 0;
  for (SizeStats& by : stats->by_size) by.nmalloc = by.nfree = 0;
  systemstack(mp, [&] { flushallmcaches(mp); });
  cachestats(mp);
  lock(mp, &h->lock);
  // The original reads them without the lock; a thread without a P may take a span meanwhile.
  stats->mcache_inuse = h->cachealloc.inuse;
  stats->mspan_inuse = h->spanalloc.inuse;
  count_live(rt);
  unlock(mp, &h->lock);

  u64 small_bytes_freed = 0;
  stats->nfree = h->nlargefree;
  for (int i = 0; i < num_size_classes; i++) {
    stats->nfree += h->nsmallfree[i];
    stats->by_size[i].nfree = h->nsmallfree[i];
    stats->by_size[i].nmalloc += h->nsmallfree[i];
    small_bytes_freed += h->nsmallfree[i] * class_to_size(i);
  }
  stats->nfree += stats->tinyallocs;
  stats->nmalloc += stats->nfree;
  stats->total_alloc = stats->alloc + h->largefree + small_bytes_freed;
  stats->heap_alloc.store(stats->alloc, relaxed);
  stats->heap_objects = stats->nmalloc - stats->nfree;
}

void readmemstats(M* mp, MStats* out) {
  updatememstats(mp, nullptr);
  // A plain copy: the world is stopped.
  std::memcpy(static_cast<void*>(out), &mp->rt->stats, sizeof *out);
  // Stacks are heap spans to the runtime and a group of their own to the reader.
  out->stacks_sys.store(out->stacks_inuse, relaxed);
  out->heap_inuse -= out->stacks_inuse;
  const u64 heap_sys = out->heap_sys.load(relaxed);
  out->heap_sys.store(heap_sys - out->stacks_inuse, relaxed);
}

}  // namespace runtime_core
