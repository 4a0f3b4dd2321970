// What the runtime asks of the operating system besides memory (original: os_linux.go,
// os_openbsd.go; facts §24).
//
// Threads: any. Times are nanoseconds unless the name says otherwise.
#pragma once

#include "runtime_core/probe.h"

namespace runtime_core {

struct M;

// Sleeps if *addr == val, for at most `ns` (negative: for ever). May return for no reason.
void futexsleep(std::atomic<u32>* addr, u32 val, i64 ns);
// Wakes at most `cnt` sleepers.
void futexwakeup(std::atomic<u32>* addr, u32 cnt);

void osyield();
void usleep(u32 us);
i64 nanotime();              // monotonic
i64 walltime();              // since 1970
i64 deadline_after(i64 ns);  // nanotime() + ns without overflow
i32 getproccount();          // processors this process may use, at least 1
i32 ncpu();                  // tuning().ncpu, or getproccount() if that is 0
[[noreturn]] void exit(i32 code);
void write_error(const char* text);  // to standard error

// The semaphore of an M, shaped as on OpenBSD: a count behind a spin lock.
uintptr semacreate(M* mp);
// 0 when a unit was taken, -1 when `ns` passed without one (negative: wait for ever).
i32 semasleep(M* mp, i64 ns);
void semawakeup(M* mp);

// v / div with 31 bits of quotient by shift and subtract (32-bit machines divide no 64-bit
// number); saturates to 0x7fffffff with remainder 0. `rem` may be null.
i32 timediv(i64 v, i32 div, i32* rem);

}  // namespace runtime_core
