// What is left of a dumped heap after a run, as a heap dump again.
#pragma once

#include "cli/heap_input.h"
#include "traces/heap_dump.h"

namespace cli {

// Objects that were not swept, with the pointers that the simulated memory holds, under their
// addresses in the original dump, so that the two graphs can be compared object by object; roots
// as one data segment; finalizers from the simulated heap. Words without pointers are zero.
// REQUIRES: the run has ended and its memory is still mapped.
traces::HeapDump dump_survivors(const LoadedHeap& heap, const scenarios::HeapDumpView& view,
                                const std::vector<bool>& swept);

}  // namespace cli
