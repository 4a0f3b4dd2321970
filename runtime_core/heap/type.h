// Type descriptors as the embedding program supplies them (original: type.go, typekind.go).
//
// Threads: a descriptor is read only, except that the first byte behind gc[0] of a type with
// kind_gc_prog is the unrolled flag and the bytes after it are the mask (facts §8.4, §9.4).
#pragma once

#include "runtime_core/base.h"

namespace runtime_core {

enum Kind : u8 {
  kind_bool = 1,
  kind_int,
  kind_int8,
  kind_int16,
  kind_int32,
  kind_int64,
  kind_uint,
  kind_uint8,
  kind_uint16,
  kind_uint32,
  kind_uint64,
  kind_uintptr,
  kind_float32,
  kind_float64,
  kind_complex64,
  kind_complex128,
  kind_array,
  kind_chan,
  kind_func,
  kind_interface,
  kind_map,
  kind_ptr,
  kind_slice,
  kind_string,
  kind_struct,
  kind_unsafe_pointer,
};
inline constexpr u8 kind_direct_iface = 32, kind_gc_prog = 64, kind_no_pointers = 128;
inline constexpr u8 kind_mask = 31;

// GC program opcodes (facts §9.4).
inline constexpr u8 ins_data = 1, ins_array = 2, ins_array_end = 3, ins_end = 4;

struct Type {
  uintptr size;      // bytes
  u8 kind;           // Kind | kind_* flags
  u8 align;          // bytes, a power of two
  uintptr gc[2];     // address of the 4-bit mask (or flag byte + mask), address of the program
  const char* name;  // nullptr: unnamed
  Type* elem;        // pointers, arrays, slices
  // Interfaces only.
  u32 method_count;
  bool (*satisfied_by)(const Type*);  // does this type implement the methods?
  // For reports alone.
  u32 hash;
  const char* string;   // as Go writes the type; nullptr: the name
  const char* pkgpath;  // of a named type
  const Type* ptrto;    // pointer to this type; may be nullptr
};

inline const char* type_string(const Type* t) {
  if (t->string != nullptr) return t->string;
  return t->name != nullptr ? t->name : "?";
}

inline u8 kind_of(const Type* t) { return t->kind & kind_mask; }

}  // namespace runtime_core
