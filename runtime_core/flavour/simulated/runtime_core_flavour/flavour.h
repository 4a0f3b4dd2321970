// Simulated flavour: rules and tuning are data of the running machine, probes reach the simulator.
#pragma once

#include "runtime_core/base.h"
#include "runtime_core/rules.h"
#include "runtime_core/tuning.h"

extern "C" {
void tricolor_event(unsigned kind, std::uint64_t a, std::uint64_t b, std::uint64_t c);
std::uint32_t tricolor_decide(unsigned kind, std::uint32_t n, std::uint32_t fallback);
std::int64_t tricolor_syscall(long number, std::uintptr_t a, std::uintptr_t b, std::uintptr_t c,
                              std::uintptr_t d, std::uintptr_t e, std::uintptr_t f);
void tricolor_procyield(std::uint32_t rounds);
void tricolor_settls(void* m);
void* tricolor_getm();
[[noreturn]] void tricolor_trap(std::int32_t sig);
[[noreturn]] void tricolor_throw(const char* invariant, const char* message);
// Constant while a program runs, hence read without a hook; the simulator sets them before.
extern const runtime_core::Rules tricolor_rules;
extern const runtime_core::Tuning tricolor_tuning;
}

namespace runtime_core {

struct M;
struct SignalInfo;
void sigtramp(SignalInfo* info);
enum class Event : u32;
enum class Decision : u32;

inline constexpr bool simulated = true;

inline const Rules& rules() { return tricolor_rules; }
inline const Tuning& tuning() { return tricolor_tuning; }

inline void event(Event kind, u64 a = 0, u64 b = 0, u64 c = 0) {
  tricolor_event(static_cast<unsigned>(kind), a, b, c);
}
// Returns a value below n: the explorer's choice where the scenario asks for it, else `fallback`.
inline u32 decide(Decision kind, u32 n, u32 fallback) {
  return tricolor_decide(static_cast<unsigned>(kind), n, fallback);
}
inline i64 syscall6(long number, uintptr a = 0, uintptr b = 0, uintptr c = 0, uintptr d = 0,
                    uintptr e = 0, uintptr f = 0) {
  return tricolor_syscall(number, a, b, c, d, e, f);
}
inline void clock_gettime(uintptr clock, void* timespec) {
  constexpr long sys_clock_gettime = 228;
  syscall6(sys_clock_gettime, clock, reinterpret_cast<uintptr>(timespec));
}
// The simulated kernel starts the thread itself: what a system call cannot carry is in registers.
inline i64 clone(u32 flags, void* stk, M* mp, void (*fn)(M*)) {
  constexpr long sys_clone = 56;
  return syscall6(sys_clone, flags, reinterpret_cast<uintptr>(stk), reinterpret_cast<uintptr>(mp),
                  reinterpret_cast<uintptr>(fn));
}
// It calls a handler, which returns to it.
inline uintptr sigreturn_address() { return 1; }
inline uintptr sigtramp_address() { return reinterpret_cast<uintptr>(&sigtramp); }
// The M of the calling thread, or null; set by minit.
inline void settls(M* mp) { tricolor_settls(mp); }
inline M* getm() { return static_cast<M*>(tricolor_getm()); }
// What the processor does not carry out: the signal comes at once, and its handler says what next.
[[noreturn]] inline void trap(i32 sig) { tricolor_trap(sig); }
inline void procyield(u32 rounds) { tricolor_procyield(rounds); }
inline void prefetch(const void*) {}

// Ends the run: the original's throw. `invariant` is the id of docs/invariants.md.
[[noreturn]] inline void fail(const char* invariant, const char* message) {
  tricolor_throw(invariant, message);
}
[[noreturn]] inline void throw_(const char* message) { tricolor_throw("runtime.throw", message); }

}  // namespace runtime_core
