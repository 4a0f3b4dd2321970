// Memory from the operating system (original: mem_linux.go; facts §4.1, §24.1).
//
// Threads: any, at any time, also without a goroutine. Sizes are in bytes, multiples of the
// physical page except where noted; statistics are changed by one atomic addition.
#pragma once

#include "runtime_core/probe.h"

namespace runtime_core {

// Zeroed memory, or nullptr if the kernel has none; permission and lock-limit errors end the
// process. `n` may be any size and is added to *stat.
void* sys_alloc(uintptr n, std::atomic<u64>* stat);
// The contents of [v, v + n) are no longer needed, or needed again.
void sys_unused(void* v, uintptr n);
void sys_used(void* v, uintptr n);
// Gives [v, v + n) back whatever its state; subtracts n from *stat.
void sys_free(void* v, uintptr n, std::atomic<u64>* stat);
// Makes [v, v + n) trap on every access.
void sys_fault(void* v, uintptr n);
// Address space at `hint` or elsewhere, or nullptr. *reserved tells whether the space is held, or
// merely believed to be free.
void* sys_reserve(void* hint, uintptr n, bool* reserved);
// Makes reserved space readable, writable and zero; adds n to *stat; throws if it cannot.
void sys_map(void* v, uintptr n, bool reserved, std::atomic<u64>* stat);

// The original's throw when there is no memory: `message` is what it says.
[[noreturn]] void out_of_memory(const char* message);

}  // namespace runtime_core
