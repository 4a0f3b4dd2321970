// The table of what is of interest.
#include "cli/interest.h"

#include <algorithm>

namespace cli {
namespace {

class Ranges {
 public:
  template <class T>
  void add(const T& object) {
    add(reinterpret_cast<std::uint64_t>(&object), sizeof object);
  }
  void add(std::uint64_t start, std::uint64_t bytes) {
    if (bytes != 0) ranges_.push_back({start, bytes});
  }
  std::vector<model::AddressRange> merged() {
    std::sort(ranges_.begin(), ranges_.end(),
              [](const auto& a, const auto& b) { return a.start < b.start; });
    std::vector<model::AddressRange> result;
    for (const model::AddressRange& range : ranges_) {
      if (result.empty() || range.start > result.back().start + result.back().bytes) {
        result.push_back(range);
        continue;
      }
      model::AddressRange& last = result.back();
      last.bytes = std::max(last.bytes, range.start + range.bytes - last.start);
    }
    return result;
  }

 private:
  std::vector<model::AddressRange> ranges_;
};

}  // namespace

std::vector<model::AddressRange> interest_of(const runtime_core::Runtime* runtime) {
  if (runtime == nullptr) return {};
  const runtime_core::MHeap& heap = runtime->heap;
  const runtime_core::Work& work = runtime->work;
  Ranges ranges;
  // The phase, which is also what turns barriers on, and who must stop for a change of it.
  ranges.add(work.gcphase);
  ranges.add(runtime->sched.gcwaiting);
  ranges.add(work.worldsema);
  // Mark bytes and type bits.
  ranges.add(heap.bitmap, heap.arena_start - heap.bitmap);
  // Heads of the work buffers' stacks, and who waits for work.
  ranges.add(work.full);
  ranges.add(work.empty);
  ranges.add(work.partial);
  ranges.add(work.nwait);
  ranges.add(work.ndone);
  for (const auto& thread : work.markthreads) ranges.add(thread.pos);
  // Sweeping: the generation, what is claimed, who sleeps.
  ranges.add(heap.sweepgen);
  ranges.add(heap.sweepdone);
  ranges.add(work.sweep.spanidx);
  ranges.add(work.sweep.npausesweep);
  ranges.add(work.fin.fingwait);
  ranges.add(work.fin.fingwake);
  // Spans with their own generations, states and free lists: those there are, and the memory that
  // the next ones come from, where work buffers lie as well.
  for (std::uint32_t i = 0; i < heap.nspan; i++) ranges.add(*heap.allspans[i]);
  ranges.add(reinterpret_cast<std::uint64_t>(heap.spanalloc.chunk), heap.spanalloc.nchunk);
  ranges.add(reinterpret_cast<std::uint64_t>(runtime->persistent.pos),
             static_cast<std::uint64_t>(runtime->persistent.end - runtime->persistent.pos));
  ranges.add(reinterpret_cast<std::uint64_t>(heap.spans), heap.spans_mapped);
  // Locks of the free lists.
  ranges.add(heap.lock);
  for (const auto& central : heap.central) ranges.add(central);
  // Status words.
  for (const auto& slot : runtime->allp) {
    const runtime_core::P* p = slot.load(std::memory_order_relaxed);
    if (p != nullptr) ranges.add(p->status);
  }
  ranges.add(runtime->sched.npidle);
  ranges.add(runtime->sched.nmspinning);
  return ranges.merged();
}

}  // namespace cli
