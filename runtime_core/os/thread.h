// Threads from the operating system (original: os1_linux.go; facts §24.1).
//
// Threads: mpreinit and newosproc by the parent; minit and unminit by the thread itself.
// Ordering: the creation of the thread publishes what its parent wrote to *mp.
#pragma once

#include "runtime_core/base.h"

namespace runtime_core {

struct M;

inline constexpr uintptr gsignal_stack_bytes = 32 << 10;
// Shared with the parent: memory, directories, open files, signal handlers; one process.
inline constexpr u32 clone_vm = 0x100, clone_fs = 0x200, clone_files = 0x400, clone_sighand = 0x800,
                     clone_thread = 0x10000;

// Starts a thread that runs fn(mp) on the stack that ends at `stk`; null: one that the system
// provides, as the original does under cgo. The thread starts with all signals blocked. `parent`
// is the calling M. Throws "newosproc" when the system refuses.
void newosproc(M* parent, M* mp, void* stk, void (*fn)(M*));
// The signal stack of an M that is about to exist; can allocate memory.
void mpreinit(M* mp);
// What a new thread does first: says whose it is, installs the signal stack and lets signals in.
void minit(M* mp);
void unminit(M* mp);
u64 gettid();

}  // namespace runtime_core
