// The runtime's own events and its heuristic decisions; both compile to nothing natively.
//
// The flavour header decides: natively `event` and `decide` are empty inline functions; in the
// simulated flavour they call the two C entry points that the simulator defines.
#pragma once

#include "runtime_core/base.h"

namespace runtime_core {

// What the runtime did. Arguments a, b, c are listed per event; addresses are plain integers.
enum class Event : u32 {
  none,
  alloc,             // a object address, b size asked, c size of the block; after type bits are set
  alloc_slot,        // a block address taken from a free list, b block size, c span address
  free_object,       // a object address, b block size, c span address; the sweeper found it dead
  free_span,         // a span address, b start address, c pages
  span_alloc,        // a span address, b start address, c pages; handed out as in-use
  span_sweep_begin,  // a span address, b sweepgen of the heap
  span_sweep_end,    // a span address, b objects freed, c 1 if the span went back to the heap
  sweepgen_bump,     // a new heap sweepgen
  gc_begin,          // a force
  gc_mark_begin,     // a nproc, b 1 in the checkmark pass
  gc_mark_end,       // a nproc, b 1 in the checkmark pass; world still stopped, all marked
  gc_end,            // world about to start again
  grey_object,       // a object, b 1 if queued (has pointers), c 1 in the checkmark pass
  scan_object,       // a object, b bytes, c 1 in the checkmark pass
  workbuf_new,       // a workbuf
  workbuf_get,       // a workbuf now owned by the caller
  workbuf_put,       // a workbuf, b entries, c list: 0 empty, 1 partial, 2 full
  workbuf_handoff,   // a workbuf kept, b workbuf given away
  lfstack_push,      // a head address, b node; after the CAS that published it
  lfstack_pop,       // a head address, b node (0: empty)
  parfor_setup,      // a descriptor, b thread count, c index count
  parfor_index,      // a descriptor, b index, before the body runs
  parfor_done,       // a descriptor; one thread leaves
  lock_begin,        // a mutex address, before it is asked for
  lock_acquire,      // a mutex address, after it is held
  lock_release,      // a mutex address, before it is released
  note_wakeup,       // a note
  note_sleep_done,   // a note
  world_stopped,     // after stoptheworld
  world_started,     // before starttheworld releases anybody
  finalizer_set,     // a object, b function, c parameter type
  finalizer_removed,  // a object
  finalizer_queued,   // a object, b function
  finalizer_run,      // a object, b function
  special_add,        // a object, b kind, c span
  heap_grow,          // a start, b bytes
  scavenge,           // a span start, b bytes
  slot_store,         // a slot address, b old value, c new value: a mutator's pointer store
  root_add,           // a address, b bytes, c 1 if conservative
  user,               // a scenario's own number, b, c free
  span_counted,       // a span, b pages that the sweeper counts as given back by its sweep
  runtime_init,       // a address of the Runtime; before anything is allocated
  touch,              // a address: the program uses what is there
  out_of_memory,      // before the end that the runtime makes when it gets no memory
  alloc_as_is,        // a object address: the alloc of it that follows promises no zeroes
  g_status,           // a goroutine, b old status, c new status; after the swap
  g_execute,          // a goroutine, b M that runs it from here on, c its P
  g_drop,             // a goroutine, b M that has left it
  runq_put,           // a goroutine, b P, or the scheduler: the global queue; before it is seen
  runq_take,          // a goroutine, b queue as before; after it is taken
  p_acquire,          // a P, b M
  p_release,          // a P, b M
  stack_live,         // a goroutine, b stack pointer, c upper end: its frames lie between; if the
                      // end is another one, they have moved there
  stack_free,         // a lower end, b upper end of a stack, before it is given back
  stack_scan,         // a goroutine, b 1: its frames are about to be scanned, 0: they are
  gc_phase,           // a GcPhase: of the concurrent ones, and off when their marking has ended
  remote_store,       // a slot on the stack of one who waits, c new value: stored by another
  runtime_object,     // a record of the runtime's own in the heap: goroutines hold it, or a cache
                      // that the stopped world empties before it marks
  count_
};

// Heuristics that a scenario may turn into choices.
enum class Decision : u32 { none, gc_start, steal_victim, select_order, count_ };

}  // namespace runtime_core

#include "runtime_core_flavour/flavour.h"
