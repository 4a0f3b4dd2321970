// Fixed-size descriptors and the never-freed memory they are cut from (original: mfixalloc.go).
#include "runtime_core/heap/fixalloc.h"

#include "runtime_core/os/mem.h"
#include "runtime_core/runtime.h"

namespace runtime_core {

namespace {

void* bump(PersistentAlloc* a, uintptr size, uintptr align) {
  const uintptr at = round_up(reinterpret_cast<uintptr>(a->pos), align);
  if (a->pos == nullptr || at + size > reinterpret_cast<uintptr>(a->end)) return nullptr;
  a->pos = reinterpret_cast<u8*>(at + size);
  return reinterpret_cast<void*>(at);
}

}  // namespace

void fixalloc_init(FixAlloc* f, uintptr size, FixAllocFirst first, void* arg,
                   std::atomic<u64>* stat) {
  f->size = size;
  f->first = first;
  f->arg = arg;
  f->list = nullptr;
  f->chunk = nullptr;
  f->nchunk = 0;
  f->inuse = 0;
  f->stat = stat;
}

void* fixalloc_alloc(M* mp, FixAlloc* f) {
  if (f->size == 0) throw_("runtime: internal error: use of FixAlloc_Alloc before FixAlloc_Init");
  if (f->list != nullptr) {
    MLink* v = f->list;
    f->list = v->next;
    f->inuse += f->size;
    return v;
  }
  if (f->nchunk < f->size) {
    f->chunk = static_cast<u8*>(persistentalloc(mp, tuning().fix_alloc_chunk, 0, f->stat));
    f->nchunk = static_cast<u32>(tuning().fix_alloc_chunk);
  }
  void* v = f->chunk;
  if (f->first != nullptr) f->first(mp, f->arg, v);
  f->chunk += f->size;
  f->nchunk -= static_cast<u32>(f->size);
  f->inuse += f->size;
  return v;
}

void fixalloc_free(FixAlloc* f, void* object) {
  f->inuse -= f->size;
  auto* link = static_cast<MLink*>(object);
  link->next = f->list;
  f->list = link;
}

void* persistentalloc(M* mp, uintptr size, uintptr align, std::atomic<u64>* stat) {
  if (align == 0) align = 8;
  if ((align & (align - 1)) != 0) throw_("persistentalloc: align is not a power of 2");
  if (align > page_size) throw_("persistentalloc: align is too large");
  if (size >= tuning().persistent_direct || size >= tuning().persistent_chunk) {
    return sys_alloc(size, stat);
  }
  Runtime* rt = mp->rt;
  PersistentAlloc* a = &rt->persistent;
  std::atomic<u64>* other_sys = &rt->stats.other_sys;
  lock(mp, &a->lock);
  void* p = bump(a, size, align);
  if (p == nullptr) {
    auto* chunk = static_cast<u8*>(sys_alloc(tuning().persistent_chunk, other_sys));
    if (chunk == nullptr) {
      unlock(mp, &a->lock);
      out_of_memory("runtime: cannot allocate memory");
    }
    // Not aligned beyond the kernel's page, as in the original: enough for all callers.
    a->pos = chunk + size;
    a->end = chunk + tuning().persistent_chunk;
    p = chunk;
  }
  unlock(mp, &a->lock);
  if (stat != other_sys) {
    stat->fetch_add(size, seq_cst);  // pure counters: nobody synchronises on them
    other_sys->fetch_sub(size, seq_cst);
  }
  return p;
}

}  // namespace runtime_core
