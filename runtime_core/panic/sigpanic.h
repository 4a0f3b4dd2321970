// From a fault of a goroutine's own code to a panic (original: the branch of sighandler that
// panics, canpanic, sigpanic, setPanicOnFault; facts §20.6, §23).
//
// Threads: the handler of the thread that had the fault, on its signal stack; then the goroutine,
//   on its own. Invariants: runtime.fault — only Go code may fault, at nil or by a division.
#pragma once

#include "runtime_core/base.h"

namespace runtime_core {

struct G;
struct Goroutine;
struct M;
struct SignalInfo;

inline constexpr uintptr nil_address_max = 0x1000;  // faults below it are of nil pointers

// Whether a fault of gp's may be a panic: it runs Go code, and the runtime does nothing for it.
bool canpanic(const M* mp, const G* gp);
// In the handler: the thread that ran gp goes on in sigpanic. Returns null, or why it may not.
const char* prepare_panic(SignalInfo* info, const M* mp, G* gp);
// What it goes on with, as if the code had called it where the fault was.
[[noreturn]] void sigpanic();
// Tells who listens that nothing in the frames is used any more that faults have ended.
void note_dead_frames(const Goroutine* gp);
// Original: debug.SetPanicOnFault, of the calling goroutine; returns what was set.
bool set_panic_on_fault(Goroutine* gp, bool on);

}  // namespace runtime_core
