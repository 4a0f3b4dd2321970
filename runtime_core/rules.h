// Every obligation of the protocol that can be broken; the right answer is the default.
//
// A mutant is a designated initialiser of this value. Natively it is constexpr, so that a
// correct rule costs nothing.
#pragma once

#include "runtime_core/base.h"

namespace runtime_core {

struct Rules {
  // lock-free stack
  bool lfstack_count = true;              // lfstack-no-count: pack the pointer alone
  bool lfstack_reread_pushcnt = false;    // the algorithm before 62a4359e
  bool lfstack_cas_orders = true;         // lfstack-relaxed-cas
  bool lfstack_whole_next = true;         // lfstack-torn-next-32bit: two halves
  bool lfstack_validates_address = true;  // pack must round-trip
  // work buffers
  bool getfull_returns_empty = true;  // workbuf-leak
  bool grey_returns_workbuf = true;   // stale-wbuf-return
  bool getfull_counts_first = true;   // markterm-recheck-order: takes work and still says it waits
  // notes and semaphores
  bool note_orders = true;        // note-not-a-barrier
  bool note_rechecks_key = true;  // note-sleep-once
  bool semasleep_retries = true;  // semasleep-restart-timeout: any return without a unit is the end
  bool thrsleep_aborts = true;    // openbsd-no-abort
  bool note_timeout_takes_unit = true;  // note-timeout-unregister
  bool thr_new_checked = true;          // false: as committed, on FreeBSD
  // parfor
  bool parfor_steal_cas = true;               // parfor-steal-race
  bool parfor_undo_done_before_steal = true;  // parfor-idle-count
  // marking
  bool mark_atomic_shared_byte = true;  // mark-nonatomic-one-word
  bool mark_locked = false;             // true: each mark by a locked instruction
  bool mark_nproc1_shortcut = false;    // A-13/L02 as committed: plain store when nproc == 1
  bool type_bits_atomic = true;         // malloc-typebits-nonatomic
  bool mark_new_atomic = true;          // bits-nonatomic-during-gc: of a new object, which is black
  bool iface_data_is_pointer = true;    // iface-torn-read: false if the type word says so
  bool publish_release = true;          // publication-order
  bool link_publishes = true;           // sudog-link-relaxed: records of waiting goroutines
  bool unroll_flag_last = true;         // gcprog-flag-first: a mask is used while it is unrolled
  // checkmark
  bool checkmark_idempotent = true;          // checkmark-xor
  bool checkmark_and_atomic = true;          // checkmark-and-or-mix: AND under a private mutex
  bool checkmark_one_word_setup_xor = true;  // L14: false is the committed no-op
  bool checkmark_moves_dead = true;          // checkmark-dead-not-moved
  bool checkmark_tests_mark = true;          // checkmark-vacuous
  bool checkmark_scans_every_root = true;    // checkmark-skips-roots
  // sweep
  bool sweepgen_cas = true;                 // sweepgen-cas-dropped
  bool sweepgen_before_state = true;        // span-state-before-sweepgen
  bool span_published_whole = true;         // span-half-initialised
  bool span_in_use_releases = true;         // span-state-before-sweepgen-relaxed
  bool ensure_swept = true;                 // ensureswept-missing
  bool ensure_swept_pinned = true;          // ensureswept-preemptible
  bool sweep_pinned = true;                 // sweep-preemptible
  bool sweep_marks_free_list = true;        // sweep-freelist-unmarked
  bool finalizer_wake_by_flag = true;       // sweepdone-means-started
  bool bgsweep_looks_again = true;          // bgsweep-no-recheck
  bool finq_locked = true;                  // finq-unlocked
  bool flush_after_last_alloc = true;       // alloc-between-flush-and-sweepgen
  bool reclaim_saves_npages = true;         // reclaim-reads-span-after-sweep
  bool specials_unlock_before_free = true;  // specials-lock-order
  bool sweep_clears_marks = true;           // sweep-keeps-marks: who was marked once stays so
  bool sweep_frees_once = true;             // double-free: the sweeper links a dead object twice
  bool efence_fences_once = true;           // false: swept, and counted as freed, in every cycle
  // dropped writes to a metadata structure, one each
  bool write_boundary_bits = true;
  bool write_type_bits = true;
  bool write_span_table = true;
  bool write_span_list = true;
  bool write_span_ref = true;
  bool write_heap_stats = true;
  bool write_mark_bit = true;
  bool write_sweepgen = true;   // of a span that is taken into use
  bool write_free_link = true;  // between the blocks that one sweep frees
  bool write_special = true;
  bool write_allspans = true;
  bool write_needzero = true;
  // scheduler
  bool runqput_release = true;           // runqput-release: the tail may be seen before the slot
  bool runqput_fence = true;             // ready-sb: ..., and after the look for sleepers
  bool runqget_swaps = true;             // runqget-no-cas
  bool runqgrab_consistent = true;       // runqgrab-inconsistent: tail first, and any difference
  bool findrunnable_rechecks = true;     // findrunnable-no-recheck
  bool park_waits_first = true;          // g-on-two-ms: unlocked while it still runs
  bool gosched_leaves_first = true;      // g-on-two-ms-gosched: queued while it still runs
  bool handoffp_looks_at_global = true;  // handoffp-too-strict
  bool handoffp_looks_at_finalizers = true;  // handoffp-forgets-finalizers, as committed
  bool schedule_looks_at_lockedm = true;     // locked-g-on-any-m
  bool lockedm_runs_nobody_else = true;      // locked-m-runs-others
  bool startlockedm_counts = true;           // startlockedm-not-counted
  bool schedule_polls_global = true;         // sched-fairness
  bool addtimer_wakes = true;                // addtimer-no-wake
  bool deltimer_sifts = true;                // deltimer-no-sift
  bool start_pairs_first = true;             // starttheworld-early-start: before others have an M
  bool lock_links_plainly = true;            // lock-sema-wb-reentry: with a barrier, which may lock
  bool netpollblock_rechecks = true;         // netpollblock-no-recheck
  bool netpollunblock_fence = true;          // netpollunblock-no-fence: a release store of closing
  bool netpoll_keeps_news = true;            // netpoll-drops-news: of those nobody waits for
  bool netpoll_deadlines_have_seq = true;    // netpoll-stale-deadline
  bool netpoll_tests_inited = true;          // L18, as committed
  bool handoffp_looks_at_network = true;     // netpoll-last-p
  bool semrelease_adds_first = true;         // semacquire-missed-wakeup: looks for waiters before
  bool worldsema_held = true;                // worldsema-early-release: until the world runs again
  bool freeze_stops_scheduler = true;        // freeze-preempts-only
  bool stop_asks_again = true;               // preempt-flag-lost: stoptheworld asks once
  bool syscall_fence = true;                 // stw-dekker-syscall: a release store of p.status
  bool syscall_clears_mcache = true;         // exitsyscall-stale-mcache
  bool syscall_checks_no_stack = true;       // stack-split-in-gsyscall
  bool retake_counts_as_running = true;      // false-deadlock-counts
  // signals
  bool sigprof_looks_at_frames = true;     // sigprof-torn-frames: walks while they change
  bool sigprof_needs_no_memory = true;     // sigprof-allocates
  bool sigprof_locks = true;               // sigprof-unlocked
  bool profile_lock_masks_signals = true;  // profile-lock-unmasked, as committed
  bool profile_over_before_off = true;     // profile-off-first, as committed
  bool profile_ends_with_lost = true;      // profile-forgets-lost, as committed
  bool semawakeup_masks_signals = true;    // semawakeup-unmasked, as committed, on OpenBSD
  // stacks
  bool copystack_adjusts_arguments = true;    // copystack-skips-arguments
  bool scanframe_scans_arguments = true;      // scanframe-skips-arguments
  bool stackalloc_avoids_cache_in_gc = true;  // stackcache-vs-flush
  bool shrink_spares_syscalls = true;         // shrink-in-syscall
  bool shrunk_stack_waits = true;             // shrunk-stack-freed-early: free before marking ends
  bool copystack_adjusts_sudogs = true;       // copystack-skips-sudogs
  bool copystack_adjusts_defers = true;       // copystack-skips-defers
  bool scanframe_skips_dead = true;    // scanframe-scans-dead: a frame that a fault has ended
  bool fault_spares_deferring = true;  // fault-ends-deferring: ..., though it is returned from
  // channels
  bool select_claimed_by_swap = true;     // select-claimed-twice
  bool select_unlocks_and_leaves = true;  // unlockf-touches-freed
  bool remote_stores_count = true;        // remote-stack-write: a store to the stack of another
  // concurrent marking
  bool wb_shades = true;                // wb-absent
  bool wb_checks_slot_colour = false;   // wb-check-slot-colour: shades if the slot's object is grey
  bool wb_store_fences = false;         // ..., and sees its own store first: innocent
  bool wb_colour_before_store = false;  // wb-check-colour-before-store
  bool wb_shades_old = false;           // wb-deletion-only
  bool wb_phase_before_store = false;   // a barrier that looks at the phase before it stores
  bool wb_copies = true;                // wb-bulk-copy: copies of several words have none
  bool wb_atomics = true;               // wb-atomic-pointer: atomic stores and swaps have none
  bool wb_append_grows = true;          // wb-append-elision: the store of a grown array has none
  bool wb_append_copies = true;  // alloc-black-unbarriered-init: ..., or what it is filled with
  bool wb_pinned = true;         // wb-preemptible: the world may stop between mark and queue
  bool wb_inwb_same_m = true;    // wb-inwb-stuck: ..., and another M says that the barrier is over
  bool wb_in_markterm = true;    // wb-phase-list: one of the phases that need it is left out
  bool markterm_allocates_black = true;   // alloc-white-markterm
  bool wb_stops_to_install = true;        // wb-no-ack-install
  bool gcw_flushed_by_owner = true;       // workbuf-double-free: ..., or by the collector itself
  bool gcw_closed_first = true;           // flush-then-disable-cache
  bool gcw_closes = true;                 // ragged-barrier-late-work
  bool gcing_pins = true;                 // gogc-rescheduled
  bool gogc_refuses_g0 = true;            // gc-on-g0
  bool markterm_rescans_stacks = true;    // stack-not-rescanned
  bool markterm_scans_specials = true;    // finalizer-set-during-mark
  bool scan_leaves_running_alone = true;  // scan-running-goroutine
  bool scan_asks_running = false;         // 273507aa: who runs is asked to scan its own stack
  bool scan_phase_while_stopped = false;  // 02f89331, which that needs; else gcphase-flip-running
  bool scan_valid_after_swap = true;      // scanvalid-before-cas
  bool newproc_leaves_scan = true;        // newproc-forgets-scan: a new goroutine is to be scanned
  bool newproc_leaves_started = true;     // newproc-looks-back: at what may have been reused
  bool scan_needs_no_sched_lock = true;   // injectglist-lock-vs-scan
  bool helper_reads_nproc_first = true;   // nproc-after-ndone
  bool finishes_sweep_first = true;       // unswept-at-mark
  // as committed (facts §29), reachable with --mutant seed
  bool free_spans_by_capacity = true;          // false frees len*word of what was mapped
  bool percent_per_cycle = true;               // false uses the current gcpercent in sweep
  bool read_gc_stats_checks_room = true;
  bool tiny_queues_every_finalizer = true;
  bool sysalloc_checks_reserve = true;         // B-1
  bool map_before_arena_used = true;           // B-4, L10
  bool arena_ends_with_tables = true;          // arena-one-page-more
  bool checkmark_cleanup_before_sweep = true;  // false: an eager sweep comes before the clean-up
  bool snapshot_after_first_half = true;   // false: work.spans may be freed between the two passes
  bool shrink_takes_either_status = true;  // L08: false waits for a status that never comes back
  bool newstack_tests_locks_first = true;  // L07: false says "waiting" before it looks
  bool markroot_asks_again = true;         // L11: false may wait for who was not asked
  bool specials_locked_in_scan = true;     // L09
  bool free_list_barriers = false;         // L03, L04: barriers on the links of free blocks
  bool tiny_barriers = false;              // L23: ..., on the end of what is used of a tiny block
  bool runtime_store_barriers = false;     // ..., and on the runtime's other pointer stores
  bool chan_copies_shade = true;           // L06: values go through a channel without a barrier
  bool sudog_unlinked = true;              // L27: what leaves a queue keeps its links
};

}  // namespace runtime_core
