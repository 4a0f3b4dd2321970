// Types of the runtime's own objects in the heap, made from a bit for each word (facts §9.1).
#pragma once

#include "runtime_core/heap/type.h"

namespace runtime_core {

// Four bits a word, two words a byte, from the first word up.
inline constexpr u32 type_mask_words = 16;
struct TypeMask {
  u8 bytes[type_mask_words / words_per_bitmap_byte];
};

// Bit i of `pointers`: word i is a pointer.
constexpr TypeMask make_type_mask(u32 pointers) {
  TypeMask mask{};
  for (u32 i = 0; i < type_mask_words; i++) {
    const u8 type = (pointers >> i & 1) != 0 ? bits_pointer : bits_scalar;
    u8& byte = mask.bytes[i / words_per_bitmap_byte];
    byte = static_cast<u8>(byte | type << 2 << i % words_per_bitmap_byte * gc_bits);
  }
  return mask;
}

// A structure of an even number of words. `mask` is a constant.
inline Type make_struct_type(uintptr size, const TypeMask& mask, const char* name) {
  Type type{};
  type.size = size;
  type.kind = kind_struct;
  type.align = ptr_size;
  type.gc[0] = reinterpret_cast<uintptr>(mask.bytes);
  type.name = name;
  return type;
}

}  // namespace runtime_core
