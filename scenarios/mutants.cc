// The mutants: planted bugs, the scenario that shows each, and the invariants that it breaks.
#include "scenarios/seed_rules.h"
#include "scenarios/tables.h"

namespace scenarios {

// Store buffering. Under armv8 and power a sequentially consistent load waits for the release store
// before it (STLR before LDAR; sync), so what a processor needs there, compilers put there.
constexpr const char* store_buffering = "tso,rc11";
// Message passing.
constexpr const char* weaker_than_tso = "rc11,armv8,power";
constexpr const char* tso_and_weaker = "tso,rc11,armv8,power";

// clang-format off
const Mutant all_mutants[] = {
#include "scenarios/mutants/lock_free.inc"
#include "scenarios/mutants/marking.inc"
#include "scenarios/mutants/sweeping.inc"
#include "scenarios/mutants/dropped_writes.inc"
#include "scenarios/mutants/scheduling.inc"
#include "scenarios/mutants/stacks.inc"
#include "scenarios/mutants/concurrent.inc"
#include "scenarios/mutants/goroutines.inc"
#include "scenarios/mutants/channels.inc"
#include "scenarios/mutants/signals.inc"
#include "scenarios/mutants/heap.inc"
};
// clang-format on

}  // namespace scenarios
