// The table of scenarios. Adding one is one file and two lines here, and one in searches.cc.
#include "scenarios/scenario.h"
#include "scenarios/tables.h"

namespace scenarios {

extern const Scenario alloc_trace_scenario;
extern const Scenario background_sweep_scenario;
extern const Scenario binary_trees_scenario;
extern const Scenario c11_program_scenario;
extern const Scenario canary_scenario;
extern const Scenario channel_pipeline_scenario;
extern const Scenario channels_scenario;
extern const Scenario concurrent_gc_scenario;
extern const Scenario counter_scenario;
extern const Scenario data_race_scenario;
extern const Scenario defer_panic_scenario;
extern const Scenario fair_queues_scenario;
extern const Scenario finalizer_goroutine_scenario;
extern const Scenario finalizer_queue_scenario;
extern const Scenario finalizer_sweep_scenario;
extern const Scenario forced_gc_scenario;
extern const Scenario foreign_calls_scenario;
extern const Scenario freeze_scenario;
extern const Scenario gc_phases_scenario;
extern const Scenario gc_programs_scenario;
extern const Scenario handoff_scenario;
extern const Scenario heap_dump_scenario;
extern const Scenario heap_dump_concurrent_scenario;
extern const Scenario known_orders_scenario;
extern const Scenario large_objects_scenario;
extern const Scenario lfstack_scenario;
extern const Scenario lfstack_aba_scenario;
extern const Scenario mark_mutate_scenario;
extern const Scenario locked_thread_scenario;
extern const Scenario must_fail_scenario;
extern const Scenario mutator_program_scenario;
extern const Scenario mutex_scenario;
extern const Scenario netpoll_scenario;
extern const Scenario note_scenario;
extern const Scenario one_word_pair_scenario;
extern const Scenario outside_scenario;
extern const Scenario pacing_scenario;
extern const Scenario park_ready_scenario;
extern const Scenario parfor_scenario;
extern const Scenario profile_signals_scenario;
extern const Scenario random_program_scenario;
extern const Scenario reclaim_scenario;
extern const Scenario reused_goroutine_scenario;
extern const Scenario runq_scenario;
extern const Scenario select_scenario;
extern const Scenario semaphore_scenario;
extern const Scenario server_scenario;
extern const Scenario span_growth_scenario;
extern const Scenario spawn_scenario;
extern const Scenario specials_scenario;
extern const Scenario spin_wait_scenario;
extern const Scenario stack_growth_scenario;
extern const Scenario stack_roots_scenario;
extern const Scenario stack_spans_scenario;
extern const Scenario stale_types_scenario;
extern const Scenario stop_world_scenario;
extern const Scenario store_buffering_scenario;
extern const Scenario sweep_alloc_scenario;
extern const Scenario sweep_two_cycles_scenario;
extern const Scenario leak_scenario;
extern const Scenario livelock_scenario;
extern const Scenario syscalls_scenario;
extern const Scenario timers_scenario;
extern const Scenario tiny_blocks_scenario;
extern const Scenario turns_scenario;
extern const Scenario workbuf_termination_scenario;
extern const Scenario write_barrier_scenario;

namespace {

// One a line.
// clang-format off
const Scenario* const all_scenarios[] = {
    &alloc_trace_scenario,
    &background_sweep_scenario,
    &binary_trees_scenario,
    &c11_program_scenario,
    &canary_scenario,
    &channel_pipeline_scenario,
    &channels_scenario,
    &concurrent_gc_scenario,
    &counter_scenario,
    &data_race_scenario,
    &defer_panic_scenario,
    &fair_queues_scenario,
    &finalizer_goroutine_scenario,
    &finalizer_queue_scenario,
    &finalizer_sweep_scenario,
    &forced_gc_scenario,
    &foreign_calls_scenario,
    &freeze_scenario,
    &gc_phases_scenario,
    &gc_programs_scenario,
    &handoff_scenario,
    &heap_dump_scenario,
    &heap_dump_concurrent_scenario,
    &known_orders_scenario,
    &large_objects_scenario,
    &lfstack_scenario,
    &lfstack_aba_scenario,
    &mark_mutate_scenario,
    &locked_thread_scenario,
    &must_fail_scenario,
    &mutator_program_scenario,
    &mutex_scenario,
    &netpoll_scenario,
    &note_scenario,
    &one_word_pair_scenario,
    &outside_scenario,
    &pacing_scenario,
    &park_ready_scenario,
    &parfor_scenario,
    &profile_signals_scenario,
    &random_program_scenario,
    &reclaim_scenario,
    &reused_goroutine_scenario,
    &runq_scenario,
    &select_scenario,
    &semaphore_scenario,
    &server_scenario,
    &span_growth_scenario,
    &spawn_scenario,
    &specials_scenario,
    &spin_wait_scenario,
    &stack_growth_scenario,
    &stack_roots_scenario,
    &stack_spans_scenario,
    &stale_types_scenario,
    &stop_world_scenario,
    &store_buffering_scenario,
    &sweep_alloc_scenario,
    &sweep_two_cycles_scenario,
    &leak_scenario,
    &livelock_scenario,
    &syscalls_scenario,
    &timers_scenario,
    &tiny_blocks_scenario,
    &turns_scenario,
    &workbuf_termination_scenario,
    &write_barrier_scenario,
};
// clang-format on

}  // namespace
}  // namespace scenarios

extern "C" const scenarios::Tables tricolor_scenarios = {
    .scenarios = scenarios::all_scenarios,
    .scenario_count = sizeof(scenarios::all_scenarios) / sizeof(scenarios::all_scenarios[0]),
    .mutants = scenarios::all_mutants,
    .mutant_count = scenarios::mutants_listed,
    .searches = scenarios::all_searches,
    .search_count = scenarios::searches_listed,
    .rungs = scenarios::all_rungs,
    .rung_count = scenarios::rungs_listed,
    .ladder_searches = scenarios::all_ladder_searches,
    .ladder_search_count = scenarios::ladder_searches_listed,
};
