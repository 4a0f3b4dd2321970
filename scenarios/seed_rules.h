// What was wrong with the code as committed: the rules of the mutant `seed`, which the ladder of
// fixes takes back one by one.
#pragma once

#include "runtime_core/rules.h"

namespace scenarios {

// The bugs of the original as it was committed, all at once.
inline constexpr runtime_core::Rules seed_rules = {
    .lfstack_validates_address = false,
    .mark_nproc1_shortcut = true,
    .type_bits_atomic = false,
    .checkmark_and_atomic = false,
    .checkmark_one_word_setup_xor = false,
    .span_published_whole = false,
    .efence_fences_once = false,
    .handoffp_looks_at_finalizers = false,
    .netpoll_tests_inited = false,
    .profile_lock_masks_signals = false,
    .profile_over_before_off = false,
    .profile_ends_with_lost = false,
    .semawakeup_masks_signals = false,
    .wb_atomics = false,
    .wb_append_grows = false,
    .free_spans_by_capacity = false,
    .percent_per_cycle = false,
    .read_gc_stats_checks_room = false,
    .tiny_queues_every_finalizer = false,
    .sysalloc_checks_reserve = false,
    .map_before_arena_used = false,
    .arena_ends_with_tables = false,
    .checkmark_cleanup_before_sweep = false,
    .snapshot_after_first_half = false,
    .shrink_takes_either_status = false,
    .newstack_tests_locks_first = false,
    .markroot_asks_again = false,
    .specials_locked_in_scan = false,
    .free_list_barriers = true,
    .tiny_barriers = true,
    .runtime_store_barriers = true,
};

}  // namespace scenarios
