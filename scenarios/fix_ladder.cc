// The ladder of fixes: what was wrong with the code as committed (mutant `seed`), repaired in the
// order in which it was repaired upstream, and the searches that show the difference.
#include "scenarios/tables.h"

namespace scenarios {

using runtime_core::Rules;

// What has no rung: barriers of map assignment and reflection, which this runtime does not have.
const Rung all_rungs[] = {
    {"free-lists", "no barriers on the links of free blocks (8cfb0845: L03, L04)",
     [](Rules& r) { r.free_list_barriers = false; }},
    {"bitmap", "the bitmap is changed atomically while markers run (aae0f074: L02, L05)",
     [](Rules& r) {
       r.mark_nproc1_shortcut = false;
       r.type_bits_atomic = true;
     }},
    {"newstack", "no change of status before the look at locks (aae0f074: L07)",
     [](Rules& r) { r.newstack_tests_locks_first = true; }},
    {"barriers", "barriers of append and of atomic operations (ff979626, 7b4df8f0: L06)",
     [](Rules& r) {
       r.wb_append_grows = true;
       r.wb_atomics = true;
     }},
    {"shrinkstack", "a stack is shrunk whose goroutine becomes runnable (2b62e1ea: L08)",
     [](Rules& r) { r.shrink_takes_either_status = true; }},
    {"p-less",
     "no barriers in the scheduler and in locks (41dbcc19, 87ec06f9: L01, L15), and no wait in a "
     "poller that is not there (776aecaf: L18)",
     [](Rules& r) {
       r.runtime_store_barriers = false;
       r.netpoll_tests_inited = true;
     }},
    {"checkmark-setup", "checkmarks of one-word blocks are prepared (631d6a33: L14)",
     [](Rules& r) { r.checkmark_one_word_setup_xor = true; }},
    {"checkmark", "checkmark bits of one atomicity (631d6a33: L13)",
     [](Rules& r) { r.checkmark_and_atomic = true; }},
    {"arena-used", "metadata is mapped before the arena grows (d57c889a: L10)",
     [](Rules& r) { r.map_before_arena_used = true; }},
    {"markroot", "no wait for a goroutine that was not asked to stop (3c60e6e8: L11)",
     [](Rules& r) { r.markroot_asks_again = true; }},
    {"specials", "records are walked under their lock (608c1b0d: L09)",
     [](Rules& r) { r.specials_locked_in_scan = true; }},
    {"tiny", "no barrier on the end of a tiny block (0e840887: L23)",
     [](Rules& r) { r.tiny_barriers = false; }},
    {"spans",
     "the array of spans that is walked was not freed (new); a span is shown when its blocks have "
     "their bits (L19)",
     [](Rules& r) {
       r.span_published_whole = true;
       r.snapshot_after_first_half = true;
       r.free_spans_by_capacity = true;
     }},
    {"checkmark-cleanup", "checkmarks are cleaned up before any sweep (new)",
     [](Rules& r) { r.checkmark_cleanup_before_sweep = true; }},
    {"pacing", "the goal is lowered by its own percentage (A-2); fenced objects go once (new)",
     [](Rules& r) {
       r.percent_per_cycle = true;
       r.efence_fences_once = true;
     }},
    {"finalizers", "those of a dead tiny block are queued together (A-25), and waited for by all",
     [](Rules& r) {
       r.tiny_queues_every_finalizer = true;
       r.handoffp_looks_at_finalizers = true;
     }},
    {"checks",
     "what is packed, reserved and asked for is checked (A-17, B-1, A-11), and the end of the "
     "arena "
     "(new)",
     [](Rules& r) {
       r.arena_ends_with_tables = true;
       r.lfstack_validates_address = true;
       r.sysalloc_checks_reserve = true;
       r.read_gc_stats_checks_room = true;
     }},
    {"profile", "signals of the profiler wait for no lock of their thread; no tick is lost (new)",
     [](Rules& r) {
       r.profile_lock_masks_signals = true;
       r.profile_over_before_off = true;
       r.profile_ends_with_lost = true;
       r.semawakeup_masks_signals = true;
     }},
};

// clang-format off
const LadderSearch all_ladder_searches[] = {
    {"publish", "concurrent-gc", "rounds=2", "", "pos", 300},
    {"append", "concurrent-gc", "program=5,rounds=3", "", "pos", 300},
    {"swap", "concurrent-gc", "program=4,rounds=2", "", "pos", 300},
    {"finalizers", "concurrent-gc", "program=6,rounds=6,collections=2", "", "pos", 300},
    {"carve", "mark-mutate", "carve=1", "", "random", 100},
    {"one-word", "mark-mutate", "one_word=1", "", "random", 1000},
    {"tiny-end", "mark-mutate", "tiny=1", "", "random", 300},
    {"poller", "outside", "", "", "pos", 2000},
    {"locked", "outside", "what=1,rounds=3", "workbuf_capacity=2", "pos", 3000},
    {"checkmarks", "one-word-pair", "checkmark=1,stale=1", "", "random", 1000},
    {"stack-spans", "stack-spans", "eager=0", "", "random", 300},
    {"eager", "stack-spans", "eager=1", "", "random", 300},
    {"reused", "reused-goroutine", "", "", "pos", 1000},
    {"percent", "pacing", "", "", "random", 1000},
    {"fence", "pacing", "", "efence=1", "random", 100},
    {"tiny", "tiny-blocks", "objects=1,finalizers=1", "", "random", 100},
    {"in-call", "finalizer-goroutine", "in_call=1", "", "random", 100},
};
// clang-format on

}  // namespace scenarios
