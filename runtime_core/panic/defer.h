// Deferred calls (original: _defer, newdefer, freedefer, deferproc, deferreturn; facts §20).
//
// A record is an object of the heap, with the arguments behind its header; the goroutine holds it.
// Its type covers the header: the arguments are scanned, and adjusted, as a part of the stack.
//
// Threads: the goroutine, and who holds it; free records belong to a P.
// Invariants: defer.order — what a function has deferred runs once, the last first, before it
//   returns to its caller.
// Ordering: as with sudogs: a marker may read the header's pointers while they are stored.
#pragma once

#include "runtime_core/base.h"

namespace runtime_core {

struct Function;
struct Goroutine;
struct M;
struct Panic;
struct Type;

// Arguments of so many bytes, in 16s, have a list of free records of their own.
inline constexpr u32 defer_classes = 5;
inline constexpr uintptr defer_class_bytes = 16;
inline constexpr u32 defer_args_max = 16;  // words

struct Defer {
  i32 siz;  // bytes of the arguments
  bool started;
  uintptr argp;  // the arguments of calls in the frame that has deferred it
  uintptr pc;    // of the original; here the frame's landing says where to go on
  const Function* fn;
  Panic* panic;  // that runs it, on the stack
  Defer* link;

  uintptr* args() { return reinterpret_cast<uintptr*>(this + 1); }
};

// Records the call of f with the first `nargs` arguments; the others are zero.
void deferproc(Goroutine* gp, const Function& f, const uintptr* args, u32 nargs);
// At the end of a function: runs what it has deferred.
void deferreturn(Goroutine* gp);

// --- for panics (panic.cc) ---------------------------------------------------------------------
// Copies the arguments to where calls of the innermost frame have theirs.
void place_arguments(Goroutine* gp, Defer* d);
void set_defers(Goroutine* gp, Defer* d);
void freedefer(M* mp, Defer* d);

Type make_defer_type();

}  // namespace runtime_core
