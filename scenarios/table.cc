// The tables of scenarios and mutants. Adding one is one file and one line here.
#include "scenarios/scenario.h"

namespace scenarios {

// clang-format off
extern const Scenario
    alloc_trace_scenario,
    canary_scenario,
    counter_scenario,
    data_race_scenario,
    handoff_scenario,
    heap_dump_scenario,
    lfstack_scenario,
    lfstack_aba_scenario, must_fail_scenario,
    mutex_scenario,
    note_scenario,
    one_word_pair_scenario,
    parfor_scenario,
    spin_wait_scenario, store_buffering_scenario;

extern const Scenario finalizer_sweep_scenario, reclaim_scenario, span_growth_scenario,
    specials_scenario, sweep_alloc_scenario, sweep_two_cycles_scenario, time_leak_scenario,
    workbuf_termination_scenario;

namespace {

const Scenario* const all_scenarios[] = {
    &alloc_trace_scenario,
    &canary_scenario,
    &counter_scenario,
    &data_race_scenario,
    &handoff_scenario,
    &heap_dump_scenario,
    &lfstack_scenario,
    &lfstack_aba_scenario, &must_fail_scenario,
    &mutex_scenario,
    &note_scenario,
    &one_word_pair_scenario,
    &parfor_scenario,
    &spin_wait_scenario, &store_buffering_scenario,
    &finalizer_sweep_scenario,
    &reclaim_scenario,
    &span_growth_scenario,
    &specials_scenario,
    &sweep_alloc_scenario,
    &sweep_two_cycles_scenario,
    &time_leak_scenario,
    &workbuf_termination_scenario,
};

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
    {"workbuf-leak", "getfull drops the empty buffer that it is given", "workbuf-termination",
     "gc.workbuf_conserved", "", {.getfull_returns_empty = false}, {}, "preemption-bound"},
    {"stale-wbuf-return", "the caller of greyobject keeps the buffer that was queued",
     "workbuf-termination", "gc.workbuf_conserved,lfstack.multiset,memory.no_data_race", "",
     {.grey_returns_workbuf = false}, {}, "preemption-bound"},
    {"mark-nonatomic-one-word", "a mark is stored back into a byte that two objects share",
     "one-word-pair", "mark.exact", "", {.mark_atomic_shared_byte = false}, {},
     "preemption-bound"},
    {"checkmark-xor", "the second mark is flipped, so two markers undo each other", "one-word-pair",
     "checkmark.agrees", "checkmark=1,same=1", {.checkmark_idempotent = false}, {},
     "preemption-bound"},
    {"checkmark-and-or-mix", "an AND under a private mutex against a locked OR", "one-word-pair",
     "checkmark.agrees", "checkmark=1,stale=1", {.checkmark_and_atomic = false}, {},
     "preemption-bound"},
    {"checkmark-vacuous", "the checkmark pass tests no mark; a mark is lost as well",
     "one-word-pair", "mark.exact", "",
     {.mark_atomic_shared_byte = false, .checkmark_tests_mark = false}, {}, "preemption-bound"},
    {"parfor-steal-race", "a thief takes a range by a plain store instead of a swap", "parfor",
     "parfor.exactly_once,parfor.wait", "", {.parfor_steal_cas = false}, {}, "preemption-bound"},
    {"parfor-idle-count", "an idle thread steals first and then says that it is busy", "parfor",
     "parfor.wait,memory.no_data_race", "threads=3,n=3,idlers=1",
     {.parfor_undo_done_before_steal = false}, {}, "random", 20000},
    {"sweepgen-cas-dropped", "a span is claimed for sweeping by a load and a store", "sweep-alloc",
     "alloc.single_owner,span.swept_once,span.sweepgen_owner,memory.no_data_race,runtime.throw", "",
     {.sweepgen_cas = false}, {}, "random", 20000},
    {"span-state-before-sweepgen", "a new span is in use before it counts as swept", "sweep-alloc",
     "span.swept_once,alloc.single_owner", "allocations=4", {.sweepgen_before_state = false}, {},
     "random", 20000},
    {"ensureswept-missing", "records change in spans that are not swept yet", "finalizer-sweep",
     "memory.no_data_race,finalizer.runs", "", {.ensure_swept = false}, {}, "random", 20000},
    {"ensureswept-preemptible", "a collection may come between the sweep and the change of records",
     "finalizer-sweep", "memory.no_data_race,finalizer.runs", "collections=1",
     {.ensure_swept_pinned = false}, {}, "random", 20000},
    {"sweep-preemptible", "the world may stop in the middle of a sweep", "sweep-two-cycles",
     "span.swept_once,mark.no_lost_object,runtime.throw", "", {.sweep_pinned = false}, {}, "random",
     20000},
    {"sweep-freelist-unmarked", "free blocks are taken for garbage", "sweep-alloc",
     "alloc.single_owner", "", {.sweep_marks_free_list = false}, {}, "random", 20000},
    {"sweepdone-means-started", "the finalizer thread is woken when all spans are claimed",
     "finalizer-sweep", "sched.no_deadlock", "", {.finalizer_wake_by_flag = false}, {}, "random",
     20000},
    {"finq-unlocked", "the finalizer thread returns blocks without the lock", "finalizer-sweep",
     "memory.no_data_race,finalizer.runs", "", {.finq_locked = false}, {}, "random", 20000},
    {"alloc-between-flush-and-sweepgen", "a cache is filled after it was flushed", "sweep-alloc",
     "runtime.throw", "", {.flush_after_last_alloc = false}, {}, "random", 20000},
    {"reclaim-reads-span-after-sweep", "the pages of a span are read after it was given back",
     "reclaim", "heap.accounting", "", {.reclaim_saves_npages = false}, {}, "random", 20000},
    {"specials-lock-order", "two locks of records are taken in both orders", "specials",
     "sched.no_deadlock,lock.order", "", {.specials_unlock_before_free = false}, {}, "random",
     20000},
    {"double-free", "the sweeper links a dead block twice", "sweep-alloc", "alloc.single_owner", "",
     {.sweep_frees_once = false}, {}, "random", 20000},
    {"dropped-boundary-bits", "a new span's blocks have no boundary bits", "sweep-two-cycles",
     "mark.block_beginning", "", {.write_boundary_bits = false}, {}, "random", 20000},
    {"dropped-type-bits", "a new object has no type bits", "sweep-two-cycles",
     "mark.no_lost_object", "", {.write_type_bits = false}, {}, "random", 20000},
    {"dropped-span-table", "a new span is not entered into the span table", "sweep-two-cycles",
     "heap.span_lists", "", {.write_span_table = false}, {}, "random", 20000},
    {"dropped-span-list", "a new span is on no list", "sweep-two-cycles", "heap.span_lists", "",
     {.write_span_list = false}, {}, "random", 20000},
    {"dropped-span-ref", "a block that is handed out is not counted", "sweep-two-cycles",
     "heap.accounting,runtime.throw", "", {.write_span_ref = false}, {}, "random", 20000},
    {"dropped-heap-stats", "allocated bytes are not counted", "sweep-two-cycles",
     "heap.accounting", "", {.write_heap_stats = false}, {}, "random", 20000},
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
