// Buckets of the memory profile and what allocation, sweep and collection enter (facts §25).
#include "runtime_core/heap/mprof.h"

#include "runtime_core/heap/mheap_internal.h"
#include "runtime_core/os/mem.h"

namespace runtime_core {

namespace {

constexpr u32 skipped_frames = 4;  // of the allocator itself, above the caller

uintptr mix(uintptr h, uintptr value) {
  h += value;
  h += h << 10;
  h ^= h >> 6;
  return h;
}

bool same_stack(const Bucket* b, const uintptr* stk, uintptr nstk) {
  if (b->nstk != nstk) return false;
  for (uintptr i = 0; i < nstk; i++) {
    if (b->stk()[i] != stk[i]) return false;
  }
  return true;
}

Bucket** bucket_list(M* mp, uintptr hash) {
  MProf& prof = mp->rt->mprof;
  const uintptr lists = tuning().buck_hash_size;
  if (prof.buckhash == nullptr) {
    const uintptr bytes = lists * sizeof(Bucket*);
    prof.buckhash = static_cast<Bucket**>(sys_alloc(bytes, &mp->rt->stats.buckhash_sys));
    if (prof.buckhash == nullptr) out_of_memory("runtime: cannot allocate memory");
  }
  return &prof.buckhash[hash % lists];
}

// Original: newBucket.
Bucket* new_bucket(M* mp, BucketType typ, uintptr size, const uintptr* stk, uintptr nstk) {
  const uintptr bytes = sizeof(Bucket) + nstk * sizeof(uintptr);
  auto* b = static_cast<Bucket*>(persistentalloc(mp, bytes, 0, &mp->rt->stats.buckhash_sys));
  b->typ = typ;
  b->size = size;
  b->nstk = nstk;
  auto* copy = reinterpret_cast<uintptr*>(b + 1);
  for (uintptr i = 0; i < nstk; i++) copy[i] = stk[i];
  return b;
}

void move_counts(MemCounts* to, MemCounts* from) {
  to->allocs += from->allocs;
  to->frees += from->frees;
  to->alloc_bytes += from->alloc_bytes;
  to->free_bytes += from->free_bytes;
  *from = MemCounts{};
}

// Original: mprof_GC. REQUIRES: the profile's lock.
void end_epoch(MProf& prof) {
  for (Bucket* b = prof.mbuckets; b != nullptr; b = b->allnext) {
    move_counts(&b->mem.final, &b->mem.prev);
    move_counts(&b->mem.prev, &b->mem.recent);
  }
}

bool is_listed(const Bucket* b, bool inuse_zero) {
  const MemCounts& c = b->mem.final;
  return inuse_zero || c.alloc_bytes != c.free_bytes;
}

u32 count_listed(const MProf& prof, bool inuse_zero) {
  u32 n = 0;
  for (const Bucket* b = prof.mbuckets; b != nullptr; b = b->allnext) n += is_listed(b, inuse_zero);
  return n;
}

bool has_final_counts(const MProf& prof) {
  for (const Bucket* b = prof.mbuckets; b != nullptr; b = b->allnext) {
    if (b->mem.final.allocs != 0 || b->mem.final.frees != 0) return true;
  }
  return false;
}

MemProfileRecord record_of(const Bucket* b) {
  MemProfileRecord r{};
  r.counts = b->mem.final;
  r.size = b->size;
  r.nstk = static_cast<u32>(b->nstk);
  for (u32 i = 0; i < r.nstk; i++) r.stack[i] = b->stk()[i];
  return r;
}

}  // namespace

// Jenkins' one-at-a-time over the stack and the size, without the last shift of the published
// function, as committed.
uintptr stack_hash(const uintptr* stk, uintptr nstk, uintptr size) {
  uintptr h = 0;
  for (uintptr i = 0; i < nstk; i++) h = mix(h, stk[i]);
  h = mix(h, size);
  h += h << 3;
  h ^= h >> 11;
  return h;
}

Bucket* stkbucket(M* mp, BucketType typ, uintptr size, const uintptr* stk, uintptr nstk,
                  bool alloc) {
  const uintptr hash = stack_hash(stk, nstk, size);
  Bucket** list = bucket_list(mp, hash);
  for (Bucket* b = *list; b != nullptr; b = b->next) {
    if (b->typ == typ && b->hash == hash && b->size == size && same_stack(b, stk, nstk)) return b;
  }
  if (!alloc) return nullptr;
  Bucket* b = new_bucket(mp, typ, size, stk, nstk);
  b->hash = hash;
  b->next = *list;
  *list = b;
  MProf& prof = mp->rt->mprof;
  b->allnext = prof.mbuckets;
  prof.mbuckets = b;
  return b;
}

// Original: mProf_Malloc. A sampled allocation.
void mprof_malloc(M* mp, void* p, uintptr size) {
  const Hooks& hooks = mp->rt->hooks;
  uintptr stk[max_stack_depth];
  u32 nstk = 0;
  const u32 depth = tuning().profile_stack_depth;
  if (hooks.callers != nullptr) nstk = hooks.callers(mp, skipped_frames, stk, depth);
  MProf& prof = mp->rt->mprof;
  lock(mp, &prof.lock);
  Bucket* b = stkbucket(mp, BucketType::memory, size, stk, nstk, true);
  b->mem.recent.allocs++;
  b->mem.recent.alloc_bytes += size;
  unlock(mp, &prof.lock);
  // Not under the lock: this takes the locks of specials, and those who hold them take ours.
  systemstack(mp, [&] { setprofilebucket(mp, p, b); });
}

void mprof_free(M* mp, Bucket* b, uintptr size, bool freed) {
  MProf& prof = mp->rt->mprof;
  lock(mp, &prof.lock);
  // A sweep finds garbage of the collection before it, so its allocation is in prev already.
  MemCounts& counts = freed ? b->mem.recent : b->mem.prev;
  counts.frees++;
  counts.free_bytes += size;
  unlock(mp, &prof.lock);
}

void mprof_gc(M* mp) {
  if (tuning().mem_profile_rate == 0) return;  // no bucket was ever made
  MProf& prof = mp->rt->mprof;
  lock(mp, &prof.lock);
  end_epoch(prof);
  unlock(mp, &prof.lock);
}

u32 mem_profile(M* mp, MemProfileRecord* out, u32 room, bool inuse_zero) {
  MProf& prof = mp->rt->mprof;
  lock(mp, &prof.lock);
  // No collection yet, or none since profiling began: show what there is.
  if (!has_final_counts(prof)) {
    end_epoch(prof);
    end_epoch(prof);
  }
  const u32 n = count_listed(prof, inuse_zero);
  if (n <= room) {
    for (const Bucket* b = prof.mbuckets; b != nullptr; b = b->allnext) {
      if (is_listed(b, inuse_zero)) *out++ = record_of(b);
    }
  }
  unlock(mp, &prof.lock);
  return n;
}

void iterate_memprof(M* mp, void* context, void (*callback)(void* context, const Bucket* b)) {
  MProf& prof = mp->rt->mprof;
  lock(mp, &prof.lock);
  for (const Bucket* b = prof.mbuckets; b != nullptr; b = b->allnext) callback(context, b);
  unlock(mp, &prof.lock);
}

}  // namespace runtime_core
