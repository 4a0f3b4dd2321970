// Native flavour: rules and tuning are constants, probes are empty, system calls are real.
#pragma once

#include "runtime_core/base.h"
#include "runtime_core/rules.h"
#include "runtime_core/tuning.h"

namespace runtime_core {

struct M;
enum class Event : u32;
enum class Decision : u32;

inline constexpr bool simulated = false;
inline constexpr Rules native_rules{};
inline constexpr Tuning native_tuning{
    .heap_alloc_chunk = 4 << 20, .prefetch_depth = 16, .huge_pages = 1};

inline constexpr const Rules& rules() { return native_rules; }
inline constexpr const Tuning& tuning() { return native_tuning; }

inline void event(Event, u64 = 0, u64 = 0, u64 = 0) {}
inline u32 decide(Decision, u32, u32 fallback) { return fallback; }

// Defined in runtime_core/arch/amd64_native.cc.
i64 syscall6(long number, uintptr a = 0, uintptr b = 0, uintptr c = 0, uintptr d = 0, uintptr e = 0,
             uintptr f = 0);
void procyield(u32 rounds);
// An instruction that the processor does not carry out: at nil, or a division by zero.
[[noreturn]] void trap(i32 sig);
void clock_gettime(uintptr clock, void* timespec);
// Defined in runtime_core/arch/thread_native.cc.
i64 clone(u32 flags, void* stk, M* mp, void (*fn)(M*));
uintptr sigreturn_address();
uintptr sigtramp_address();
// The M of the calling thread, or null; set by minit.
void settls(M* mp);
M* getm();
// Natively the thread dies as the original's does: see panic/dying.h.
[[noreturn]] void fail(const char* invariant, const char* message);
[[noreturn]] inline void throw_(const char* message) { fail("runtime.throw", message); }
inline void prefetch(const void* p) { __builtin_prefetch(p); }

}  // namespace runtime_core
