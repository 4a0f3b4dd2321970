// Stores of pointers in the runtime's own structures, which the original compiles with barriers.
#pragma once

#include "runtime_core/probe.h"

namespace runtime_core {

struct M;

// Original: writebarrierptr_nostore, what a barrier does after its store.
void writebarrierptr_nostore(M* mp, uintptr* dst, uintptr src);

// Follows a plain store of a pointer to *slot, where the original compiles it with a barrier.
template <class T>
inline void stored(M* mp, T** slot, bool with_barrier) {
  if (!with_barrier) return;
  writebarrierptr_nostore(mp, reinterpret_cast<uintptr*>(slot), reinterpret_cast<uintptr>(*slot));
}
// In the scheduler and in locks.
template <class T>
inline void runtime_stored(M* mp, T** slot) {
  stored(mp, slot, rules().runtime_store_barriers);
}
// Where the free part of a tiny block begins, which may be where the next block does.
template <class T>
inline void tiny_stored(M* mp, T** slot) {
  stored(mp, slot, rules().tiny_barriers);
}
// The links of free blocks.
template <class T>
inline void free_block_linked(M* mp, T** slot) {
  stored(mp, slot, rules().free_list_barriers);
}

}  // namespace runtime_core
