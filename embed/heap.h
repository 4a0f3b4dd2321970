// The program's dynamic memory: blocks by size class, in the region, the same addresses in every
// run with the same choices.
//
// Blocks are used again, last freed first, as real allocators do it: so an algorithm that suffers
// from reuse (ABA) does here. Fresh blocks are filled with a pattern, so that what a program reads
// uninitialised is at least the same in every run.
#pragma once

#include <cstdint>

#include "embed/image.h"
#include "sim/space.h"

namespace embed {

// Host stack. The heap begins at `base`.
void prepare_heap(sim::Space& space, std::uint64_t base);
Range heap_in_use();

void* allocate(std::uint64_t bytes, std::uint64_t alignment);
void* allocate_zeroed(std::uint64_t bytes);
void* reallocate(void* block, std::uint64_t bytes);
void free_block(void* block, std::uint64_t pc);
std::uint64_t size_of(const void* block);

}  // namespace embed
