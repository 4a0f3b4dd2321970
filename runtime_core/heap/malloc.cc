// mallocgc: the tiny, small and large paths (original: malloc.go; facts §8).
#include "runtime_core/heap/malloc.h"

#include <cstring>

#include "runtime_core/gc/mgc.h"
#include "runtime_core/heap/alloctrace.h"
#include "runtime_core/heap/msize.h"
#include "runtime_core/os/mem.h"
#include "runtime_core/runtime.h"

namespace runtime_core {

namespace {

// Takes a block of the class from the cache. REQUIRES: pinned.
MLink* take_block(M* mp, MCache* c, int sizeclass) {
  MSpan* s = c->alloc[sizeclass];
  MLink* v = s->freelist;
  if (v == nullptr) {
    systemstack(mp, [&] { s = mcache_refill(mp, c, sizeclass); });
    v = s->freelist;
  }
  s->freelist = v->next;
  free_block_linked(mp, &s->freelist);  // L04: shades the next free block
  if (rules().write_span_ref) s->ref++;
  event(Event::alloc_slot, reinterpret_cast<u64>(v), class_to_size(sizeclass),
        reinterpret_cast<u64>(s));
  return v;
}

uintptr tiny_alignment(uintptr size) {
  if (size % 8 == 0) return 8;
  if (size % 4 == 0) return 4;
  return size % 2 == 0 ? 2 : 1;
}

// Room in the current tiny block, or nullptr. Several objects share a block, which lives as
// long as any of them: hence only without pointers.
void* tiny_hit(M* mp, MCache* c, uintptr size) {
  if (size > c->tinysize) return nullptr;
  u8* tiny = c->tiny;
  const uintptr at = round_up(reinterpret_cast<uintptr>(tiny), tiny_alignment(size));
  const uintptr used = size + (at - reinterpret_cast<uintptr>(tiny));
  if (used > c->tinysize) return nullptr;
  c->tiny = tiny + used;
  tiny_stored(mp, &c->tiny);
  c->tinysize -= used;
  c->local_tinyallocs++;
  return reinterpret_cast<void*>(at);
}

void* tiny_miss(M* mp, MCache* c, uintptr size) {
  MLink* v = take_block(mp, c, tiny_size_class);
  auto* words = reinterpret_cast<uintptr*>(v);
  v->next = nullptr;
  words[1] = 0;
  // Keep whichever block has more room.
  if (tiny_size - size > c->tinysize) {
    c->tiny = reinterpret_cast<u8*>(v) + size;
    tiny_stored(mp, &c->tiny);
    c->tinysize = tiny_size - size;
  }
  return v;
}

void* small_alloc(M* mp, MCache* c, int sizeclass, u32 flags) {
  MLink* v = take_block(mp, c, sizeclass);
  if ((flags & flag_no_zero) != 0) return v;
  v->next = nullptr;
  // Only word 0 and, of a block that was freed, word 1 tell that it is not zero.
  const uintptr size = class_to_size(sizeclass);
  if (size > 2 * ptr_size && reinterpret_cast<uintptr*>(v)[1] != 0) std::memset(v, 0, size);
  return v;
}

// Original: largeAlloc. REQUIRES: on g0.
MSpan* large_alloc(M* mp, uintptr size, u32 flags) {
  if (size + page_size < size) throw_("out of memory");
  const uintptr npages = (size + page_size - 1) >> page_shift;
  MSpan* s = mheap_alloc(mp, npages, 0, true, (flags & flag_no_zero) == 0);
  if (s == nullptr) out_of_memory("out of memory");
  const uintptr start = s->base();
  if (!rules().span_published_whole) s->limit.store(start + size, relaxed);
  markspan(mp->rt, start, 0, 0, true);  // one boundary, at the first word
  if (rules().span_published_whole) s->limit.store(start + size, release);
  return s;
}

// Original: profilealloc. REQUIRES: pinned.
void profile_alloc(M* mp, void* x, uintptr size) {
  MCache* c = mp->mcache;
  u64 rate = tuning().mem_profile_rate;
  if (size < rate) {
    if (rate > 0x3fffffff) rate = 0x3fffffff;  // 2 * rate must not overflow
    i64 next = static_cast<i64>(fastrand1(mp) % (2 * rate));
    next -= static_cast<i64>(size) - c->next_sample;  // the overshoot
    c->next_sample = next < 0 ? 0 : static_cast<i32>(next);
  }
  const auto hook = mp->rt->hooks.mprof_malloc;
  (hook != nullptr ? hook : mprof_malloc)(mp, x, size);
}

void sample(M* mp, void* x, uintptr size) {
  const u64 rate = tuning().mem_profile_rate;
  if (rate == 0) return;
  MCache* c = mp->mcache;
  if (size < rate && static_cast<i64>(size) < c->next_sample) {
    c->next_sample -= static_cast<i32>(size);
    return;
  }
  acquirem(mp);
  profile_alloc(mp, x, size);
  releasem(mp);
}

// heap_alloc is refreshed when somebody takes heap.lock, hence as coarse as a span refill.
// The original asks this last, with the new object on its scanned stack; here only a C++ local
// would hold it, so the collection comes before the object exists. Returns as gogc does.
M* maybe_collect(M* mp) {
  MStats* stats = &mp->rt->stats;
  const u64 heap_alloc = stats->heap_alloc.load(relaxed);
  const bool due = heap_alloc >= stats->next_gc.load(relaxed);
  if (decide(Decision::gc_start, 2, due ? 1 : 0) == 0) return mp;
  return gogc(mp, due ? 0 : 1);  // a scenario's choice must not be undone by the threshold
}

struct Block {
  void* x;
  uintptr size;
};

Block take_memory(M* mp, uintptr size, u32 flags) {
  MCache* c = mp->mcache;
  if (size > max_small_size ||
      mp->rt->debug.efence != 0) {  // efence: an object a span, never reused
    MSpan* s = nullptr;
    systemstack(mp, [&] { s = large_alloc(mp, size, flags); });
    const uintptr elemsize = s->elemsize.load(relaxed);
    return {reinterpret_cast<void*>(s->base()), elemsize};
  }
  Block b{};
  if ((flags & flag_no_scan) != 0 && size < tiny_size) {
    b = {tiny_miss(mp, c, size), tiny_size};
  } else {
    const int sizeclass = size_to_class(size);
    b = {small_alloc(mp, c, sizeclass, flags), class_to_size(sizeclass)};
  }
  c->local_cachealloc += static_cast<i64>(b.size);
  return b;
}

// The original's fast path has no preemption point; here the thread is pinned instead.
void begin_malloc(M* mp) {
  if (mp->mallocing != 0) throw_("malloc deadlock");
  acquirem(mp);
  mp->mallocing = 1;
}

void end_malloc(M* mp) {
  mp->mallocing = 0;
  releasem(mp);
}

}  // namespace

void* mallocgc(M* mp, uintptr size, const Type* type, u32 flags) {
  if (size == 0) return &mp->rt->zerobase;
  const bool noscan = (flags & flag_no_scan) != 0;
  if (!noscan && type == nullptr) throw_("malloc missing type");
  if (noscan && size < tiny_size && mp->rt->debug.efence == 0) {
    begin_malloc(mp);
    void* hit = tiny_hit(mp, mp->mcache, size);
    if (hit != nullptr) event(Event::alloc, reinterpret_cast<u64>(hit), size, tiny_size);
    end_malloc(mp);
    if (hit != nullptr) return hit;
  }
  mp = maybe_collect(mp);
  begin_malloc(mp);
  const Block b = take_memory(mp, size, flags);
  const auto x = reinterpret_cast<uintptr>(b.x);
  if (!noscan) write_type_bits(mp, x, b.size, size, type);
  if (mp->rt->work.gcphase.load(relaxed) == GcPhase::marktermination &&
      rules().markterm_allocates_black) {
    // Black: its slots are nil, nothing to scan.
    systemstack(mp, [&] { gcmarknewobject(mp, x, b.size); });
  }
  if ((flags & flag_no_zero) != 0) event(Event::alloc_as_is, x);
  event(Event::alloc, x, size, b.size);
  end_malloc(mp);
  if (mp->rt->debug.allocfreetrace != 0) {
    const auto hook = mp->rt->hooks.tracealloc;
    (hook != nullptr ? hook : tracealloc)(mp, b.x, b.size, type);
  }
  sample(mp, b.x, b.size);
  return b.x;
}

void* newobject(M* mp, const Type* type) {
  const u32 flags = (type->kind & kind_no_pointers) != 0 ? flag_no_scan : 0;
  return mallocgc(mp, type->size, type, flags);
}

void* newarray(M* mp, const Type* type, uintptr n) {
  const u32 flags = (type->kind & kind_no_pointers) != 0 ? flag_no_scan : 0;
  const uintptr max_mem = (uintptr{1} << tuning().mheap_map_total_bits) - 1;
  const bool too_many = type->size > 0 && n > max_mem / type->size;
  if (static_cast<std::intptr_t>(n) < 0 || too_many) {
    throw_("runtime: allocation size out of range");
  }
  return mallocgc(mp, type->size * n, type, flags);
}

void* rawmem(M* mp, uintptr size) {
  return mallocgc(mp, size, nullptr, flag_no_scan | flag_no_zero);
}

bool find_object(M* mp, const void* v, uintptr* base, uintptr* size, MSpan** span) {
  mp->mcache->local_nlookup++;
  MSpan* s = mheap_lookup_maybe(mp->rt, v);
  if (s == nullptr) return false;
  const uintptr start = s->base();
  const uintptr elemsize = s->elemsize.load(relaxed);
  *base = start;
  if (s->sizeclass.load(relaxed) != 0) {
    *base += (reinterpret_cast<uintptr>(v) - start) / elemsize * elemsize;
  }
  *size = elemsize;
  *span = s;
  return true;
}

}  // namespace runtime_core
