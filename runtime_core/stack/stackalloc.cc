// Memory for stacks: orders of small ones from spans that are carved, with a cache in each P, and
// large ones from spans of their own (original: stackpoolalloc .. stackfree; facts §18).
#include "runtime_core/os/mem.h"
#include "runtime_core/runtime.h"
#include "runtime_core/stack/stack.h"

namespace runtime_core {

namespace {

bool is_small(uintptr n) { return n < fixed_stack << num_stack_orders && n < stack_cache_bytes; }

u32 order_of(uintptr n) {
  u32 order = 0;
  for (; n > fixed_stack; n >>= 1) order++;
  return order;
}

// During a collection the caches are flushed by whoever comes to it, without a lock.
bool may_use_cache(M* mp) {
  if (mp->mcache == nullptr) return false;
  return !rules().stackalloc_avoids_cache_in_gc || (mp->gcing == 0 && mp->helpgc == 0);
}

// A span's worth of stacks. REQUIRES: pool lock.
MSpan* carve_span(M* mp, u32 order) {
  MSpan* s = mheap_alloc_stack(mp, stack_cache_bytes >> page_shift);
  if (s == nullptr) out_of_memory("out of memory");
  if (s->ref != 0) throw_("bad ref");
  if (s->freelist != nullptr) throw_("bad freelist");
  for (uintptr i = 0; i < stack_cache_bytes; i += fixed_stack << order) {
    auto* x = reinterpret_cast<MLink*>(s->base() + i);
    x->next = s->freelist;
    s->freelist = x;
  }
  mspanlist_insert(&mp->rt->stacks->spans[order], s);
  return s;
}

// REQUIRES: pool lock.
MLink* stackpoolalloc(M* mp, u32 order) {
  MSpan* list = &mp->rt->stacks->spans[order];
  MSpan* s = list->next.load(relaxed);
  if (s == list) s = carve_span(mp, order);
  MLink* x = s->freelist;
  if (x == nullptr) throw_("span has no free stacks");
  s->freelist = x->next;
  s->ref++;
  if (s->freelist == nullptr) mspanlist_remove(s);
  return x;
}

// REQUIRES: pool lock.
void stackpoolfree(M* mp, MLink* x, u32 order) {
  MSpan* s = mheap_lookup(mp->rt, x);
  if (s->state.load(relaxed) != span_stack) throw_("freeing stack not in a stack span");
  if (s->freelist == nullptr) mspanlist_insert(&mp->rt->stacks->spans[order], s);
  x->next = s->freelist;
  s->freelist = x;
  s->ref--;
  if (s->ref != 0) return;
  mspanlist_remove(s);
  s->freelist = nullptr;
  mheap_free_stack(mp, s);
}

// Half of what a cache may hold, so that it does not go back and forth.
void stackcacherefill(M* mp, MCache* c, u32 order) {
  StackFreeList& cached = c->stackcache[order];
  lock(mp, &mp->rt->stacks->lock);
  for (; cached.size < stack_cache_bytes / 2; cached.size += fixed_stack << order) {
    MLink* x = stackpoolalloc(mp, order);
    x->next = cached.list;
    cached.list = x;
  }
  unlock(mp, &mp->rt->stacks->lock);
}

// Frees what is cached beyond `keep` bytes.
void release_cached(M* mp, MCache* c, u32 order, uintptr keep) {
  StackFreeList& cached = c->stackcache[order];
  for (; cached.size > keep; cached.size -= fixed_stack << order) {
    MLink* x = cached.list;
    cached.list = x->next;
    stackpoolfree(mp, x, order);
  }
}

void stackcacherelease(M* mp, MCache* c, u32 order) {
  lock(mp, &mp->rt->stacks->lock);
  release_cached(mp, c, order, stack_cache_bytes / 2);
  unlock(mp, &mp->rt->stacks->lock);
}

MLink* alloc_small(M* mp, uintptr n) {
  const u32 order = order_of(n);
  if (!may_use_cache(mp)) {
    lock(mp, &mp->rt->stacks->lock);
    MLink* x = stackpoolalloc(mp, order);
    unlock(mp, &mp->rt->stacks->lock);
    return x;
  }
  StackFreeList& cached = mp->mcache->stackcache[order];
  if (cached.list == nullptr) stackcacherefill(mp, mp->mcache, order);
  MLink* x = cached.list;
  cached.list = x->next;
  cached.size -= n;
  return x;
}

void free_small(M* mp, MLink* x, uintptr n) {
  const u32 order = order_of(n);
  if (!may_use_cache(mp)) {
    lock(mp, &mp->rt->stacks->lock);
    stackpoolfree(mp, x, order);
    unlock(mp, &mp->rt->stacks->lock);
    return;
  }
  StackFreeList& cached = mp->mcache->stackcache[order];
  if (cached.size >= stack_cache_bytes) stackcacherelease(mp, mp->mcache, order);
  x->next = cached.list;
  cached.list = x;
  cached.size += n;
}

bool is_from_system(M* mp) { return mp->rt->debug.efence != 0 || tuning().stack_from_system != 0; }

// Whole pages, as what was allocated; the original gives back the bare size.
void free_to_system(M* mp, Stack stk) {
  void* v = reinterpret_cast<void*>(stk.lo);
  const uintptr n = round_up(stk.hi - stk.lo, page_size);
  if (mp->rt->debug.efence != 0 || tuning().stack_fault_on_free != 0) {
    sys_fault(v, n);
  } else {
    sys_free(v, n, &mp->rt->stats.stacks_sys);
  }
}

}  // namespace

void stackinit(M* mp) {
  static_assert(stack_cache_bytes % page_size == 0);
  auto* pool = static_cast<StackPool*>(
      persistentalloc(mp, sizeof(StackPool), cache_line_size, &mp->rt->stats.other_sys));
  for (MSpan& list : pool->spans) mspanlist_init(&list);
  mp->rt->stacks = pool;
}

Stack stackalloc(M* mp, uintptr n) {
  // Growing the stack that this runs on would come back here.
  if (!on_g0(mp)) throw_("stackalloc not on scheduler stack");
  if ((n & (n - 1)) != 0) throw_("stack size not a power of 2");
  if (is_from_system(mp)) {
    void* v = sys_alloc(round_up(n, page_size), &mp->rt->stats.stacks_sys);
    if (v == nullptr) out_of_memory("out of memory (stackalloc)");
    return {reinterpret_cast<uintptr>(v), reinterpret_cast<uintptr>(v) + n};
  }
  if (is_small(n)) {
    const auto lo = reinterpret_cast<uintptr>(alloc_small(mp, n));
    return {lo, lo + n};
  }
  MSpan* s = mheap_alloc_stack(mp, round_up(n, page_size) >> page_shift);
  if (s == nullptr) out_of_memory("out of memory");
  return {s->base(), s->base() + n};
}

void stackfree(M* mp, Stack stk) {
  const uintptr n = stk.hi - stk.lo;
  if ((n & (n - 1)) != 0) throw_("stack not a power of 2");
  event(Event::stack_free, stk.lo, stk.hi);
  if (is_from_system(mp)) return free_to_system(mp, stk);
  if (is_small(n)) return free_small(mp, reinterpret_cast<MLink*>(stk.lo), n);
  MSpan* s = mheap_lookup(mp->rt, reinterpret_cast<void*>(stk.lo));
  if (s->state.load(relaxed) != span_stack) throw_("bad span state");
  mheap_free_stack(mp, s);
}

// Without the lock if there is nothing to give back, as where no goroutine has a stack.
void stackcache_clear(M* mp, MCache* c) {
  bool any = false;
  for (const StackFreeList& cached : c->stackcache) any = any || cached.list != nullptr;
  if (!any) return;
  lock(mp, &mp->rt->stacks->lock);
  for (u32 order = 0; order < num_stack_orders; order++) release_cached(mp, c, order, 0);
  unlock(mp, &mp->rt->stacks->lock);
}

}  // namespace runtime_core
