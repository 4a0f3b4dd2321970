// One sentence an invariant.
#include "cli/missing_order.h"

#include <fmt/format.h>

#include <string_view>

namespace cli {
namespace {

struct Sentence {
  const char* invariant;
  const char* text;
};
constexpr Sentence sentences[] = {
    {"lfstack.multiset",
     "a swap must fail when the head changed and changed back: the push counter beside the pointer "
     "tells the two apart"},
    {"mark.tricolour",
     "before a black object may point to a white one, the write barrier must shade it, and a mark "
     "must not be taken back by a neighbour's store"},
    {"mark.exact",
     "a mark in a byte that objects share must be set by one atomic operation, after the object is "
     "reachable and before marking ends"},
    {"mark.no_lost_object",
     "marking must reach every object before its span is swept, and a sweep must not begin before "
     "the marks are complete"},
    {"mark.block_beginning", "a span's boundary bits must be written before anybody marks in it"},
    {"checkmark.agrees",
     "both passes must see the same marks: bits that share a byte change by atomic operations "
     "only"},
    {"bitmap.consistent",
     "type and mark bits of a byte must change in one atomic operation, and in the order set up, "
     "mark, clean up, sweep"},
    {"alloc.single_owner",
     "a block must be linked as free once, by the one sweeper that claimed its span, and before "
     "anybody allocates from it"},
    {"span.swept_once",
     "a span must be claimed for sweeping by a swap of its sweepgen that one thread wins"},
    {"span.sweepgen_owner",
     "only the thread whose swap claimed the span may store its sweepgen, and it must not stop for "
     "a collection in between"},
    {"finalizer.runs",
     "a record of an object must change only when its span is swept, under the lock, and pinned "
     "until it is done"},
    {"gc.workbuf_conserved", "a buffer must go back to a list before its owner forgets it"},
    {"parfor.exactly_once",
     "a thief must take a range by a swap on the whole range, so that owner and thief cannot both "
     "have it"},
    {"parfor.wait", "a thread must say that it is busy before it takes work from another"},
    {"sched.no_deadlock",
     "who sleeps must be woken after what it waits for has happened, and locks must be taken in "
     "one "
     "order"},
    {"sched.lock_order", "two locks must be taken in the same order by everybody"},
    {"live.progress", "a thread that waits for a value needs somebody to store it"},
    {"heap.accounting",
     "a figure must be read and changed with the thing that it counts, not after others may have "
     "changed either"},
    {"heap.span_lists", "a span must be in the table and on its list before anybody can reach it"},
    {"heap.no_use_after_free", "memory must not be given back before its last user is done"},
    {"runtime.fault", "memory must not be unmapped before its last user is done"},
    {"memory.no_data_race",
     "nothing orders the two accesses: a lock, or a store with release that is read with acquire, "
     "must lie between them"},
};

}  // namespace

std::vector<std::string> missing_order(const std::string& invariant, const Options& options) {
  std::vector<std::string> found;
  for (const Sentence& sentence : sentences) {
    if (std::string_view(sentence.invariant) == invariant) found.emplace_back(sentence.text);
  }
  for (const std::string& site : options.weaken) {
    found.push_back("weakened here: the order of " + site);
  }
  for (const std::string& id : options.mutants) {
    const scenarios::Mutant* mutant = find_mutant(id);
    if (mutant != nullptr) {
      found.push_back(fmt::format("planted here ({}): {}", id, mutant->description));
    }
  }
  return found;
}

}  // namespace cli
