// Per-P caches of spans (original: mcache.go; facts §7).
#include "runtime_core/heap/mcache.h"

#include <cstring>

#include "runtime_core/heap/mheap_internal.h"
#include "runtime_core/os/mem.h"

namespace runtime_core {

MCache* allocmcache(M* mp) {
  Runtime* rt = mp->rt;
  lock(mp, &rt->heap.lock);
  auto* c = static_cast<MCache*>(fixalloc_alloc(mp, &rt->heap.cachealloc));
  unlock(mp, &rt->heap.lock);
  std::memset(static_cast<void*>(c), 0, sizeof *c);
  for (MSpan*& s : c->alloc) s = &rt->emptymspan;
  u64 rate = tuning().mem_profile_rate;
  if (rate > 0x3fffffff) rate = 0x3fffffff;  // 2 * rate must not overflow
  if (rate != 0) c->next_sample = static_cast<i32>(fastrand1(mp) % (2 * rate));
  return c;
}

void freemcache(M* mp, MCache* c) {
  systemstack(mp, [&] {
    Runtime* rt = mp->rt;
    mcache_release_all(mp, c);
    stackcache_clear(mp, c);
    lock(mp, &rt->heap.lock);
    purgecachedstats(mp, c);
    fixalloc_free(&rt->heap.cachealloc, c);
    unlock(mp, &rt->heap.lock);
  });
}

MSpan* mcache_refill(M* mp, MCache* c, int sizeclass) {
  Runtime* rt = mp->rt;
  mp->locks++;
  MSpan* s = c->alloc[sizeclass];
  if (s->freelist != nullptr) throw_("refill on a nonempty span");
  if (s != &rt->emptymspan) s->incache = false;
  s = mcentral_cache_span(mp, &rt->heap.central[sizeclass].mcentral);
  if (s == nullptr) out_of_memory("out of memory");
  if (s->freelist == nullptr) throw_("empty span");
  c->alloc[sizeclass] = s;
  mp->locks--;  // as committed, without looking at a preemption that arrived meanwhile
  return s;
}

void mcache_release_all(M* mp, MCache* c) {
  Runtime* rt = mp->rt;
  for (int i = 0; i < num_size_classes; i++) {
    MSpan* s = c->alloc[i];
    if (s == &rt->emptymspan) continue;
    mcentral_uncache_span(mp, &rt->heap.central[i].mcentral, s);
    c->alloc[i] = &rt->emptymspan;
  }
}

void purgecachedstats(M* mp, MCache* c) {
  MHeap* h = &mp->rt->heap;
  MStats* stats = &mp->rt->stats;
  if (rules().write_heap_stats) {
    bump_counter(&stats->heap_alloc, static_cast<u64>(c->local_cachealloc));
  }
  c->local_cachealloc = 0;
  stats->tinyallocs += c->local_tinyallocs;
  c->local_tinyallocs = 0;
  stats->nlookup += c->local_nlookup;
  c->local_nlookup = 0;
  h->largefree += c->local_largefree;
  c->local_largefree = 0;
  h->nlargefree += c->local_nlargefree;
  c->local_nlargefree = 0;
  for (int i = 0; i < num_size_classes; i++) {
    h->nsmallfree[i] += c->local_nsmallfree[i];
    c->local_nsmallfree[i] = 0;
  }
}

}  // namespace runtime_core
