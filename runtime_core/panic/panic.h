// Panics, and what recovers from them (original: panic.go; facts §20).
//
// A panic runs the deferred calls of its goroutine, innermost first, on top of the frames that are
// there. If one of them recovers, those frames are left at once, up to the function that has
// deferred it, which returns to its caller; else the program ends. The original sets stack pointer
// and program counter for that. Here the Go frames are data, and the control stack goes back by a
// jump: the bodies of functions own nothing that would have to be released.
//
// Threads: the goroutine itself. Invariants: runtime.panic — every panic is recovered from;
//   defer.order.
#pragma once

#include "runtime_core/stack/place.h"

namespace runtime_core {

struct Function;
struct Type;

// Where a function that may defer calls goes on after a recovery, and a goroutine after Goexit; on
// the control stack.
struct Landing {
  void* place[5];  // of __builtin_setjmp
  Landing* outer;
  StackPlace sp;  // of the frame
  const Function* function;
};

// Original: _panic. In the frame of gopanic.
struct Panic {
  uintptr argp;  // the arguments of the call that may recover
  const Type* type;
  void* value;
  Panic* link;          // the one that this one happened in
  const char* message;  // of a runtime error, which has no value
  u32 recovered, aborted;
};

// panic(v): a value of a type, where v is. REQUIRES: no locks.
[[noreturn]] void gopanic(Goroutine* gp, const Type* type, StackPlace value);
// The panic of a runtime error.
[[noreturn]] void panicstring(Goroutine* gp, const char* message);
// recover() in the innermost frame: the panic that has called it, which is over then, or null.
const Panic* gorecover(Goroutine* gp);
// Runs what the goroutine has deferred, and ends it.
[[noreturn]] void goexit(Goroutine* gp);

// What is run in a function that may defer calls, or in a goroutine, until its end.
void run_deferring(Goroutine* gp);
void run_until_goexit(Goroutine* gp);

}  // namespace runtime_core
