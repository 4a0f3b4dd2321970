// The allocator's entry points and the type bits it writes (original: malloc.go; facts §8, §9).
//
// Threads: any thread that holds an mcache. Invariants: malloc.free_zero — a free block of more
// than two words is zero but for word 0 exactly when its word 1 is zero; malloc.bits_first — the
// bitmap of an object is complete before its address is returned.
// Ordering: the mutator's release store of the address publishes the bits to the marker.
#pragma once

#include "runtime_core/heap/mheap.h"
#include "runtime_core/heap/mstats.h"

namespace runtime_core {

// Reserves the arena and gives mp an mcache (original: mallocinit; facts §3).
void mallocinit(M* mp);

// May collect, and so return to a goroutine on another M (gogc); newobject and the like too.
void* mallocgc(M* mp, uintptr size, const Type* type, u32 flags);
void* newobject(M* mp, const Type* type);
void* newarray(M* mp, const Type* type, uintptr n);
void* rawmem(M* mp, uintptr size);
// Base, span and block size of the in-use block that holds v; false if there is none.
bool find_object(M* mp, const void* v, uintptr* base, uintptr* size, MSpan** span);

// Address of the bitmap byte of an arena address, and the bit offset of its nibble.
inline u8* bitmap_byte(uintptr arena_start, uintptr address) {
  const uintptr off = (address - arena_start) / ptr_size;
  return reinterpret_cast<u8*>(arena_start - off / words_per_bitmap_byte - 1);
}
inline u32 bitmap_shift(uintptr arena_start, uintptr address) {
  const uintptr off = (address - arena_start) / ptr_size;
  return static_cast<u32>(off % words_per_bitmap_byte * gc_bits);
}

void markspan(Runtime* rt, uintptr v, uintptr size, uintptr n, bool leftover);
void unmarkspan(Runtime* rt, uintptr v, uintptr len);
// Writes the nibbles of a new object (size0 asked, size of the block); facts §8.4.
void write_type_bits(M* mp, uintptr x, uintptr size, uintptr size0, const Type* type);
// The 4-bit mask of a type, unrolled if need be (original: loadPtrMask).
const u8* load_ptr_mask(M* mp, const Type* type);

// GC programs (original: mgc0.go; facts §9.4).
void unrollgcprog(M* mp, const Type* type);
// Dense 2-bit mask of a data segment of `size` bytes.
u8* unrollglobgcprog(M* mp, const u8* prog, uintptr size);
void unrollgcproginplace(M* mp, uintptr x, uintptr size, uintptr size0, const Type* type);

// Statistics (original: updatememstats, cachestats, readmemstats in mgc.go; facts §10.15);
// cachestats and flushallmcaches are declared in gc/mgc.h too.
struct GcStats;
void cachestats(M* mp);
void flushallmcaches(M* mp);
void updatememstats(M* mp, GcStats* out);
// REQUIRES: the world stopped.
void readmemstats(M* mp, MStats* out);

}  // namespace runtime_core
