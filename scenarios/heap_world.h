// What the small heap scenarios share: a booted runtime, roots, and stores that the checkers see.
//
// Threads: boot() and bind() in the setup; enter() and leave() by the thread that runs as M `id`.
// Invariants: an object is rooted, or stored in a rooted one, before its thread comes to a safe
// point. Ordering: set_slot releases what the object holds to the marker's acquire load.
#pragma once

#include "runtime_core/gc/mgc.h"
#include "runtime_core/heap/mheap.h"
#include "runtime_core/heap/special.h"
#include "runtime_core/runtime.h"
#include "runtime_core/sched/sched.h"
#include "scenarios/scenario.h"

namespace scenarios {

// Two blocks a span, so that a sweep is a few dozen steps.
inline constexpr u64 block_bytes = 4096;

struct HeapWorld {
  runtime_core::Runtime* rt;
  runtime_core::M* ms;
  u32 threads;
  u64* roots;
  u32 root_words;
  runtime_core::Type linked_type;
};

// block_bytes, word 0 is the only pointer.
void make_linked_type(runtime_core::Type* type);

// A function for objects without pointers that takes the address of one.
struct FinalizerTypes {
  runtime_core::Type object_type, pointer_type;
  runtime_core::FuncVal function;
};
void make_finalizer(FinalizerTypes* f, runtime_core::uintptr bytes, runtime_core::uintptr align,
                    void (*fn)(runtime_core::M* mp, void* object));

// No spinning, small tables, one mark pass, no heap profile.
extern const runtime_core::Tuning heap_world_tuning;

// A runtime with a P a thread, of which only M 0 is bound: what the setup does is sequential.
void boot(Env& env, HeapWorld* w, u32 threads, u32 root_words);
// Binds the other Ms. A collection from here on needs all threads at safe points.
void bind(HeapWorld* w);
runtime_core::M* enter(HeapWorld* w, u32 id);
// The thread's program is over: gives its P away, so that nobody waits for it.
void leave(runtime_core::M* mp);
// Takes a P again, for the finish.
runtime_core::M* enter_again(HeapWorld* w);

void set_slot(u64* slot, void* value);
inline void set_root(HeapWorld* w, u32 i, void* value) { set_slot(&w->roots[i], value); }
inline void* root_of(HeapWorld* w, u32 i) { return reinterpret_cast<void*>(w->roots[i]); }

// A block without pointers, and one whose first word is a pointer; both zeroed.
void* new_plain(runtime_core::M* mp);
void* new_linked(HeapWorld* w, runtime_core::M* mp);
// Fills `count` rooted blocks from root `first` on.
void fill_roots(HeapWorld* w, runtime_core::M* mp, u32 first, u32 count);

// Writes a stamp into the last word, or checks it; two owners at once would race on it.
void stamp(void* object, u64 value);
u64 stamp_of(void* object);

// Everything that the sweeper has not claimed yet, with safe points between.
void sweep_all(runtime_core::M* mp);

}  // namespace scenarios
