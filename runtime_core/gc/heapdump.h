// The heap dump: where it goes, and what the embedding program tells about itself (facts §26).
//
// Threads: write_heap_dump by any M with a P and without locks; it stops the world. The callbacks
// run in the stopped world and may not allocate from the heap.
#pragma once

#include "runtime_core/heap/type.h"
#include "runtime_core/sched/g.h"

namespace runtime_core {

struct M;

struct DumpSink {
  void* context;
  void (*write)(void* context, const void* bytes, uintptr n);
};

struct DumpItab {
  const void* itab;
  const Type* type;  // of the value in an interface with this itab
};

// Original: _defer; one entry of a goroutine's chain, newest first.
struct DumpDefer {
  const void* record;
  uintptr argp, pc;
  const void* fn;    // function value; may be nullptr
  uintptr fn_entry;  // its code
  const void* link;
};

// Original: _panic.
struct DumpPanic {
  const void* record;
  const void* arg_type;
  const void* arg_data;
  const void* link;
};

// The goroutine whose stack a registered stack area is; a dead one is left out.
struct DumpGoroutine {
  const void* g;
  u64 goid;
  uintptr gopc;
  u64 status;
  bool is_system;
  u64 waitsince;
  const char* waitreason;
  const void* ctxt;  // of its saved context; a root
  const M* m;
};

struct DumpLine {
  const char* function;
  const char* file;
  u64 line;
};

// Any callback may be nullptr. Those with an index return false from its end on.
struct DumpProgram {
  void* context;
  bool (*itab)(void* context, u32 i, DumpItab* out);
  bool (*goroutine)(void* context, uintptr stack_area, DumpGoroutine* out);
  bool (*defer)(void* context, uintptr stack_area, u32 i, DumpDefer* out);
  bool (*panic)(void* context, uintptr stack_area, u32 i, DumpPanic* out);
  // False: pc is in no known function. `is_caller`: pc is a return address.
  bool (*describe_pc)(void* context, uintptr pc, bool is_caller, DumpLine* out);
};

// Original: writeHeapDump_m with its stop of the world.
void write_heap_dump(M* mp, const DumpSink* sink);

}  // namespace runtime_core
