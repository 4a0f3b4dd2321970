// Every capacity and threshold of the runtime; the defaults are the original's numbers.
#pragma once

#include "runtime_core/base.h"

namespace runtime_core {

struct Tuning {
  u32 mheap_map_total_bits = 37;      // arena address bits (facts §1)
  u64 heap_alloc_chunk = 1 << 20;     // minimum heap growth, bytes
  u64 grow_round_pages = 8;           // growth is rounded to this many pages
  u32 workbuf_capacity = 509;         // entries used of a 4096-byte work buffer, 2..509
  u32 handoff_threshold = 4;          // hand off half when a buffer holds more entries
  u32 mutex_active_spin = 4;          // rounds of procyield before a lock sleeps
  u32 mutex_active_spin_count = 30;   // PAUSEs a round
  u32 mutex_passive_spin = 1;         // osyields before a lock sleeps
  u32 getfull_procyield_rounds = 10;  // back-off of getfull
  u32 getfull_osyield_rounds = 10;
  u32 lfstack_count_bits = 19;            // width of the push counter in a packed head
  u32 lfstack_packing = 0;                // 0 amd64, 1 thirty-two bit, 2 power64
  u32 kernel = 0;                         // 0 Linux, 1 FreeBSD, 2 OpenBSD: os/systems.h
  u32 lock_flavour = 0;                   // 0 futex, 1 semaphore
  u32 gc_percent = 100;                   // GOGC
  u32 max_gcproc = 32;                    // marking threads at most
  u32 checkmark = 1;                      // 1: every collection marks twice, as committed
  u32 concurrent_sweep = 1;               // 0: sweep inside the pause
  u32 prefetch_depth = 0;                 // marker's prefetch queue, 0 as committed
  u32 huge_pages = 0;                     // 1: ask the kernel for them, 0 as committed
  u32 stop_retry_ns = 100000;             // stoptheworld preempts again after this long
  u32 stop_attempts = 0;                  // ..., so often at most; 0: for ever
  u64 persistent_chunk = 256 << 10;       // persistentalloc's chunk, bytes
  u64 mem_profile_rate = 512 << 10;       // bytes a sample; 0 off
  u32 allspans_initial_bytes = 64 << 10;  // first size of the allspans array
  u32 fin_block_capacity = 101;           // entries used of a finalizer block, 1..101
  u32 ncpu = 0;                           // 0: ask the kernel
  u32 gctrace = 0;
  u32 allocfreetrace = 0;
  u32 efence = 0;
  u32 buck_hash_size = 179999;       // lists of the memory profile's hash table
  u32 profile_stack_depth = 32;      // frames of a bucket's stack, 0..32
  u32 mheap_lists = 128;             // lists of spans by page count, 1..128; larger: one list
  u64 fix_alloc_chunk = 16 << 10;    // bytes that a FixAlloc takes at once
  u64 persistent_direct = 64 << 10;  // persistentalloc asks the kernel from this size on, bytes
  u32 arena_hints = 128;             // addresses tried for the arena; 0: small layout at once
  u64 small_arena = u64{2} << 30;    // arena of the small layout at most, bytes
  u64 gc_mask_max = 64 << 10;        // bytes of a type's unrolled mask at most
  u32 getfull_procyield_count = 20;  // PAUSEs a round
  u32 getfull_sleep_us = 100;        // after the rounds of getfull
  u32 getfull_attempts = 0;          // sleeps of getfull at most; 0: for ever
  u32 parfor_idle_tries = 4;         // steals that fail, by threads, before one counts as idle
  u32 parfor_osyield_tries = 6;      // ..., before it sleeps between them
  u32 parfor_procyield_count = 20;   // PAUSEs between two tries
  u32 parfor_sleep_us = 1;
  u32 runq_bits = 8;     // a P's run queue has 2 to the power of this many entries, 1..8
  u32 gfree_local = 64;  // a P with so many free goroutines gives half of them back
  u64 stack_bytes_max = 1000000000;  // of one goroutine's stack
  u32 stack_from_system = 0;         // 1: stacks are mappings, not spans of the heap
  u32 stack_fault_on_free = 0;       // 1: ..., which trap once they are freed
  u32 stack_poison_copy = 0;         // 1: a copy leaves nothing that could pass for a frame
  u32 profile_log_words = 1 << 16;   // of each log of the CPU profile
  u32 profile_ways = 4;              // places of its table that may share a list, 1..4
  u64 forcegc_period_ns = u64{120} * 1000000000;  // without a collection, before sysmon wants one
  u64 scavenge_limit_ns = u64{300} * 1000000000;  // unused, before sysmon gives a span back
  u32 concurrent_mark = 1;      // 0: goroutines stop for all of a collection, as committed
  u32 concurrent_markterm = 0;  // 1: marking ends while the world runs (header steps 9-12)
  u32 ragged_ack = 0;           // 1: each P for itself acknowledges the write barrier
  u32 cache_workbufs = 0;       // 1: a P keeps what its barriers shade in a buffer of its own
  u32 skip_clean_stacks = 0;    // 1: ... leaves out stacks that did not run since their scan
};

}  // namespace runtime_core
