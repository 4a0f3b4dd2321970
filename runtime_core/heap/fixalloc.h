// Free-list allocator of fixed-size descriptors (original: mfixalloc.go; facts §4.2).
//
// Threads: none of its own; the caller holds the lock that guards the instance.
// Invariants: fixalloc.first_once — `first` runs once for each object, when first handed out.
// Ordering: all through the caller's lock.
#pragma once

#include "runtime_core/base.h"

namespace runtime_core {

struct M;

// Link in the first word of a free object.
struct MLink {
  MLink* next;
};

using FixAllocFirst = void (*)(M* mp, void* arg, void* object);

struct FixAlloc {
  uintptr size;         // bytes of an object
  FixAllocFirst first;  // may be nullptr
  void* arg;
  MLink* list;
  u8* chunk;
  u32 nchunk;     // bytes left in chunk
  uintptr inuse;  // bytes handed out
  std::atomic<u64>* stat;
};

void fixalloc_init(FixAlloc* f, uintptr size, FixAllocFirst first, void* arg,
                   std::atomic<u64>* stat);
// Not zeroed; the first word of a reused object is garbage.
void* fixalloc_alloc(M* mp, FixAlloc* f);
void fixalloc_free(FixAlloc* f, void* object);

// Never freed memory, zeroed; align 0 means 8 (original: persistentalloc; facts §4.3).
void* persistentalloc(M* mp, uintptr size, uintptr align, std::atomic<u64>* stat);

}  // namespace runtime_core
