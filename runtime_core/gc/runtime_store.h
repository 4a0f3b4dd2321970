// Stores of pointers in the runtime's own structures, which the original compiles with barriers.
#pragma once

#include "runtime_core/probe.h"

namespace runtime_core {

struct M;

// Original: writebarrierptr_nostore, what a barrier does after its store.
void writebarrierptr_nostore(M* mp, uintptr* dst, uintptr src);

// Follows a plain store of a pointer to *slot that the original compiles with a barrier.
template <class T>
inline void runtime_stored(M* mp, T** slot) {
  if (!rules().runtime_store_barriers) return;
  writebarrierptr_nostore(mp, reinterpret_cast<uintptr*>(slot), reinterpret_cast<uintptr>(*slot));
}
// The same for where the free part of a tiny block begins, which may be where the next one does.
template <class T>
inline void tiny_stored(M* mp, T** slot) {
  if (!rules().tiny_barriers) return;
  writebarrierptr_nostore(mp, reinterpret_cast<uintptr*>(slot), reinterpret_cast<uintptr>(*slot));
}
// The same for the links of free blocks.
template <class T>
inline void free_block_linked(M* mp, T** slot) {
  if (!rules().free_list_barriers) return;
  writebarrierptr_nostore(mp, reinterpret_cast<uintptr*>(slot), reinterpret_cast<uintptr>(*slot));
}

}  // namespace runtime_core
