// The table of checkers.
#include "checkers/checkers.h"

namespace checkers {

std::unique_ptr<sim::EventObserver> make_alloc_single_owner(const Shadow&);
std::unique_ptr<sim::EventObserver> make_alloc_zeroed(const Shadow&);
std::unique_ptr<sim::EventObserver> make_checkmark_agrees(const Shadow&);
std::unique_ptr<sim::EventObserver> make_finalizer_blocks(const Shadow&);
std::unique_ptr<sim::EventObserver> make_finalizer_runs(const Shadow&);
std::unique_ptr<sim::EventObserver> make_garbage_swept(const Shadow&);
std::unique_ptr<sim::EventObserver> make_heap_accounting(const Shadow&);
std::unique_ptr<sim::EventObserver> make_heap_no_use_after_free(const Shadow&);
std::unique_ptr<sim::EventObserver> make_heap_span_lists(const Shadow&);
std::unique_ptr<sim::EventObserver> make_mark_no_lost_object(const Shadow&);
std::unique_ptr<sim::EventObserver> make_lfstack_multiset(const Shadow&);
std::unique_ptr<sim::EventObserver> make_span_swept_once(const Shadow&);
std::unique_ptr<sim::EventObserver> make_bitmap_consistent(const Shadow&);
std::unique_ptr<sim::EventObserver> make_lock_order(const Shadow&);
std::unique_ptr<sim::EventObserver> make_mark_exact(const Shadow&);
std::unique_ptr<sim::EventObserver> make_mark_no_black_to_white(const Shadow&);
std::unique_ptr<sim::EventObserver> make_mark_phases(const Shadow&);
std::unique_ptr<sim::EventObserver> make_metadata_mapped(const Shadow&);
std::unique_ptr<sim::EventObserver> make_parfor_exactly_once(const Shadow&);
std::unique_ptr<sim::EventObserver> make_g_status(const Shadow&);
std::unique_ptr<sim::EventObserver> make_locked_to_m(const Shadow&);
std::unique_ptr<sim::EventObserver> make_one_user(const Shadow&);
std::unique_ptr<sim::EventObserver> make_runnable_once(const Shadow&);
std::unique_ptr<sim::EventObserver> make_stacks(const Shadow&);
std::unique_ptr<sim::EventObserver> make_timer_heap(const Shadow&);
std::unique_ptr<sim::EventObserver> make_workbuf_conserved(const Shadow&);

const std::vector<CheckerEntry>& checkers() {
  static const std::vector<CheckerEntry> table = {
      {"data-race", "memory.no_data_race", "plain accesses are ordered by happens-before", nullptr},
      {"lfstack-multiset", "lfstack.multiset", "what was pushed is popped exactly once",
       make_lfstack_multiset},
      {"alloc-single-owner", "alloc.single_owner", "no block has two owners or is freed twice",
       make_alloc_single_owner},
      {"alloc-zeroed", "alloc.zeroed", "what is handed out is zero, unless asked for as it is",
       make_alloc_zeroed},
      {"span-swept-once", "span.swept_once", "each span is swept once a cycle, by one thread",
       make_span_swept_once},
      {"finalizer-runs", "finalizer.runs", "what is queued was set and dead, and runs once",
       make_finalizer_runs},
      {"finalizer-blocks", "finalizer.blocks", "a block of the finalizer queue is in one place",
       make_finalizer_blocks},
      {"heap-accounting", "heap.accounting", "counters equal what spans and events add up to",
       make_heap_accounting},
      {"heap-no-use-after-free", "heap.no_use_after_free", "no freed block is touched",
       make_heap_no_use_after_free},
      {"heap-span-lists", "heap.span_lists,heap.no_leak",
       "spans, their lists, the span table and the free lists agree", make_heap_span_lists},
      {"metadata-mapped", "heap.metadata_mapped", "what is in use of the arena has its metadata",
       make_metadata_mapped},
      {"mark-no-lost-object", "mark.no_lost_object", "nothing reachable is swept",
       make_mark_no_lost_object},
      {"garbage-swept", "heap.garbage_swept", "what is unreachable goes within two collections",
       make_garbage_swept},
      {"lock-order", "sched.lock_order,mutex.exclusion", "locks nest without a cycle",
       make_lock_order},
      {"parfor-exactly-once", "parfor.exactly_once", "every index is run once",
       make_parfor_exactly_once},
      {"workbuf-conserved", "gc.workbuf_conserved,gc.mark_terminates",
       "every work buffer has one owner or is on a list", make_workbuf_conserved},
      {"mark-exact", "mark.exact,mark.tricolour", "exactly the reachable objects are marked",
       make_mark_exact},
      {"mark-no-black-to-white", "mark.no_black_to_white",
       "concurrent marking leaves no black object that refers to a white one",
       make_mark_no_black_to_white},
      {"mark-phases", "mark.barrier_first,alloc.colour",
       "nothing is black before the barrier is there; new objects have the phase's colour",
       make_mark_phases},
      {"checkmark-agrees", "checkmark.agrees", "the second marking reaches the same objects",
       make_checkmark_agrees},
      {"bitmap-consistent", "bitmap.consistent", "boundaries, dead blocks and shared bytes",
       make_bitmap_consistent},
      {"g-status", "sched.g_status", "statuses of goroutines change as the original's do",
       make_g_status},
      {"one-user", "sched.g_on_one_m,sched.p_has_one_owner",
       "a goroutine is on one M, and a P has one", make_one_user},
      {"runnable-once", "sched.runnable_once,sched.no_lost_wakeup",
       "what is made runnable is in one queue, runs once, and is not forgotten",
       make_runnable_once},
      {"locked-to-m", "sched.locked_to_m", "a goroutine that is locked to an M runs there, alone",
       make_locked_to_m},
      {"timer-heap", "timer.heap", "timers are in a heap by the time that they are due",
       make_timer_heap},
      {"stacks", "stack.contents,stack.no_dangling_pointer,stack.scanned_whole",
       "stacks of goroutines keep what they hold, and are scanned as they are", make_stacks},
  };
  return table;
}

}  // namespace checkers
