// Values of channels, word by word, as they go from stack to buffer and back.
#pragma once

#include "runtime_core/gc/mgc.h"
#include "runtime_core/heap/type.h"

namespace runtime_core {

// Says that a word is about to hold a pointer, before the store.
inline void announce_pointer(const uintptr* slot, uintptr value) {
  event(Event::slot_store, reinterpret_cast<u64>(slot), 0, value);
}

// To a buffer, or to a frame of the caller's own.
void copy_element(M* mp, const Type* type, uintptr* to, const uintptr* from);
// To a frame of another goroutine, which waits, and whose stack may be scanned just now.
void copy_element_to_stack(M* mp, const Type* type, uintptr* to, const uintptr* from);
void clear_element(const Type* type, uintptr* slot);

}  // namespace runtime_core
