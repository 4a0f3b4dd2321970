// Values of channels: copies with barriers, which the original as committed has none of (L06).
#include "runtime_core/chan/element.h"

#include "runtime_core/heap/malloc.h"
#include "runtime_core/runtime.h"

namespace runtime_core {

namespace {

bool has_pointers(const Type* type) { return (type->kind & kind_no_pointers) == 0; }

uintptr load_word(const uintptr* slot) {
  return std::atomic_ref<uintptr>(const_cast<uintptr&>(*slot)).load(relaxed);
}

void announce(const Type* type, Event kind, const uintptr* to, const uintptr* from) {
  if (!has_pointers(type)) return;
  for (uintptr i = 0; i < type->size / ptr_size; i++) {
    event(kind, reinterpret_cast<u64>(&to[i]), 0, from == nullptr ? 0 : from[i]);
  }
}

// Original: memmove. The release publishes objects to a marker, as any store of a pointer.
void move_words(const Type* type, uintptr* to, const uintptr* from) {
  for (uintptr i = 0; i < type->size / ptr_size; i++) {
    const uintptr value = load_word(&from[i]);
    std::atomic_ref<uintptr>(to[i]).store(value, release);
  }
}

void move(M* mp, const Type* type, uintptr* to, const uintptr* from, bool shades) {
  if (has_pointers(type) && shades) {
    writebarrierfat(mp, type, to, from);
  } else {
    move_words(type, to, from);
  }
}

}  // namespace

void copy_element(M* mp, const Type* type, uintptr* to, const uintptr* from) {
  announce(type, Event::slot_store, to, from);
  move(mp, type, to, from, rules().chan_copies_shade);
}

// A stack that is scanned once more when marking ends needs no barrier; one that is not does.
void copy_element_to_stack(M* mp, const Type* type, uintptr* to, const uintptr* from) {
  announce(type, Event::remote_store, to, from);
  move(mp, type, to, from, rules().chan_copies_shade && rules().remote_stores_count);
}

void clear_element(const Type* type, uintptr* slot) {
  announce(type, Event::slot_store, slot, nullptr);
  for (uintptr i = 0; i < type->size / ptr_size; i++) {
    std::atomic_ref<uintptr>(slot[i]).store(0, relaxed);
  }
}

}  // namespace runtime_core
