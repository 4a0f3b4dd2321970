// A dumped heap as flat read-only arrays in host memory, and what the heap-dump scenario shows of
// its run to the checkers.
#pragma once

#include "runtime_core/heap/type.h"
#include "scenarios/scenario.h"

namespace runtime_core {
struct Runtime;
}

namespace scenarios {

inline constexpr u32 no_object = 0xffffffff;

struct HeapInputWord {
  u32 target;    // index of an object, or no_object
  u64 interior;  // bytes into the target
};

struct HeapInputField {
  u64 offset;  // bytes into its object
  HeapInputWord word;
};

struct HeapInputFinalizer {
  HeapInputWord object;
  HeapInputWord function;
  bool queued;  // ready to run: the queue keeps the object
};

// Fields of object i: fields[first_field[i]] up to fields[first_field[i + 1]].
struct HeapInput {
  u64 objects;
  const u64* size;                        // bytes
  const runtime_core::Type* const* type;  // null: no pointers
  const u64* first_field;
  const HeapInputField* fields;
  u64 roots;
  const HeapInputWord* root;
  u64 finalizers;
  const HeapInputFinalizer* finalizer;
};

// First member of the scenario's state.
struct HeapDumpView {
  u64* address;  // of object i, 0 before it is allocated
  u64 arena_start;
  runtime_core::Runtime* rt;
  u64* roots;  // in the order of HeapInput::root
  // Called by the collecting thread when all is marked and nothing swept; natively there are no
  // events to tell. Null: not called.
  void (*marked)(const HeapDumpView& view);
};

}  // namespace scenarios
