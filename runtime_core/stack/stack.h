// Stacks of goroutines: memory, growth and shrinking by copying (original: stack1.go, facts §18).
//
// Threads: stackalloc and stackfree by any M on g0, with or without a P; growth by the goroutine
//   itself; shrinking by a marker while the world is stopped.
// Invariants: stack.contents — a copy keeps what the frames hold; stack.no_dangling_pointer —
//   nothing that a frame holds points into a stack that was given back.
// Ordering: `lock` comes before the heap's lock. Stacks move between goroutines through a P's
//   cache, which goes from owner to owner with the P, and through the pool. A goroutine that is
//   being copied says so by its status, and who wants to scan it waits.
#pragma once

#include "runtime_core/heap/mcache.h"
#include "runtime_core/sched/g.h"

namespace runtime_core {

inline constexpr uintptr fixed_stack = 2048;       // the smallest one, bytes
inline constexpr uintptr stack_guard_bytes = 512;  // between its lower end and the guard
inline constexpr uintptr stack_small = 128;        // a frame up to that may reach below the guard
inline constexpr uintptr stack_big = 4096;         // up to that the check cannot wrap
inline constexpr uintptr stack_cache_bytes = 32 << 10;  // of a P's cache, and of a pool's span
inline constexpr uintptr poison_stack = 0x6868686868686868;
inline constexpr uintptr poison_gc = 0xf969696969696969;

// Original: stackpool, stackpoolmu, stackfreequeue.
struct StackPool {
  Mutex lock;
  MSpan spans[num_stack_orders];  // those with a free stack, by order; under `lock`
  Stack freequeue;                // shrunk in this collection, linked in themselves; under `lock`
};

// --- memory (stackalloc.cc) --------------------------------------------------------------------
void stackinit(M* mp);
// n bytes, a power of two. REQUIRES: on g0.
Stack stackalloc(M* mp, uintptr n);
void stackfree(M* mp, Stack stk);
// Gives the stacks of a cache back to the pool. REQUIRES: the cache's owner, or the world stopped.
void stackcache_clear(M* mp, MCache* c);

// --- copying (copystack.cc) --------------------------------------------------------------------
// REQUIRES: on g0, and the goroutine's status says copystack.
void copystack(M* mp, Goroutine* gp, uintptr newsize);
// Halves the stack if little of it is in use. REQUIRES: world stopped.
void shrinkstack(M* mp, Goroutine* gp);
// Gives back what was shrunk in this collection.
void shrinkfinish(M* mp);

// --- the prologue (newstack.cc) ----------------------------------------------------------------
// Where the stack guard of a goroutine belongs.
inline uintptr stackguard_of(const Goroutine* gp) {
  return gp->stack.lo == 0 ? 0 : gp->stack.lo + stack_guard_bytes;
}
// What a prologue does that has failed; it is to look again (prologue.h).
void morestack(Goroutine* gp);
// The same until there is room for a frame of so many bytes.
void make_room(Goroutine* gp, uintptr frame);
// The stack pointer, or the stack, is another one: tells who listens.
inline void note_stack(const Goroutine* gp) {
  event(Event::stack_live, reinterpret_cast<u64>(static_cast<const G*>(gp)), gp->sp, gp->stack.hi);
}

}  // namespace runtime_core
