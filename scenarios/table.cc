// The tables of scenarios and mutants. Adding one is one file and one line here.
#include "scenarios/scenario.h"

namespace scenarios {

extern const Scenario canary_scenario, counter_scenario, data_race_scenario, heap_dump_scenario,
    lfstack_scenario, lfstack_aba_scenario, store_buffering_scenario;

namespace {

const Scenario* const all_scenarios[] = {
    &canary_scenario,  &counter_scenario,     &data_race_scenario,       &heap_dump_scenario,
    &lfstack_scenario, &lfstack_aba_scenario, &store_buffering_scenario,
};

// clang-format off
const Mutant all_mutants[] = {
    {"lfstack-no-count", "the packed head carries no push counter", "lfstack-aba",
     "lfstack.multiset", "", {.lfstack_count = false}, {}},
    {"lfstack-count-wrap", "a push counter of one bit wraps while a popper stalls", "lfstack-aba",
     "lfstack.multiset", "pushes=2", {}, {.lfstack_count_bits = 1}},
    {"lfstack-reread-pushcnt", "the algorithm before 62a4359e: innocent with single owners",
     "lfstack-aba", "silent", "", {.lfstack_reread_pushcnt = true}, {}},
    {"lfstack-torn-next-32bit", "a racy 64-bit word in two halves, as 32-bit machines do",
     "lfstack-aba", "silent", "", {.lfstack_whole_next = false}, {.lfstack_packing = 1}},
    {"lfstack-relaxed-cas", "swaps order nothing: needs a weaker model than tso", "lfstack",
     "silent", "", {.lfstack_cas_orders = false}, {}},
};
// clang-format on

template <class T, std::size_t n>
constexpr u32 length(T (&)[n]) {
  return n;
}

}  // namespace
}  // namespace scenarios

extern "C" const scenarios::Tables tricolor_scenarios = {
    scenarios::all_scenarios, scenarios::length(scenarios::all_scenarios), scenarios::all_mutants,
    scenarios::length(scenarios::all_mutants)};
