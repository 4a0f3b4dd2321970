// Size classes, computed at compile time (original: msize.go; facts §2).
//
// Threads: constants. Invariants: msize.smallest_fit — a request maps to the smallest class that
// holds it; msize.waste — the tail of a run is at most an eighth of it.
#pragma once

#include "runtime_core/base.h"

namespace runtime_core {

struct SizeTables {
  u32 class_to_size[num_size_classes];
  u32 class_to_allocnpages[num_size_classes];
  u8 size_to_class8[1024 / 8 + 1];
  u8 size_to_class128[(max_small_size - 1024) / 128 + 1];
  int classes;
};

// Original: initSizes, first half.
constexpr void init_size_classes(SizeTables& t) {
  int sizeclass = 1;  // 0 means large
  u32 align = 8;
  for (u32 size = align; size <= max_small_size; size += align) {
    if ((size & (size - 1)) == 0) {
      if (size >= 2048) {
        align = 256;
      } else if (size >= 128) {
        align = size / 8;
      } else if (size >= 16) {
        align = 16;
      }
    }
    u32 bytes = page_size;
    while (bytes % size > bytes / 8) bytes += page_size;
    const u32 npages = bytes >> page_shift;
    // A larger size with as many objects a run makes the previous class useless.
    if (sizeclass > 1 && npages == t.class_to_allocnpages[sizeclass - 1] &&
        bytes / size == bytes / t.class_to_size[sizeclass - 1]) {
      t.class_to_size[sizeclass - 1] = size;
      continue;
    }
    t.class_to_allocnpages[sizeclass] = npages;
    t.class_to_size[sizeclass] = size;
    sizeclass++;
  }
  t.classes = sizeclass;
}

// Original: initSizes, second half. Entry 128 of the first table stays unused.
constexpr SizeTables init_sizes() {
  SizeTables t{};
  init_size_classes(t);
  u32 next = 0;
  for (int c = 1; c < t.classes; c++) {
    for (; next < 1024 && next <= t.class_to_size[c]; next += 8) {
      t.size_to_class8[next / 8] = static_cast<u8>(c);
    }
    if (next >= 1024) {
      for (; next <= t.class_to_size[c]; next += 128) {
        t.size_to_class128[(next - 1024) / 128] = static_cast<u8>(c);
      }
    }
  }
  return t;
}

inline constexpr SizeTables size_tables = init_sizes();
static_assert(size_tables.classes == num_size_classes, "InitSizes - bad NumSizeClasses");
static_assert(size_tables.class_to_size[tiny_size_class] == tiny_size, "bad TinySizeClass");

inline u32 class_to_size(int c) { return size_tables.class_to_size[c]; }
inline u32 class_to_allocnpages(int c) { return size_tables.class_to_allocnpages[c]; }

// REQUIRES: size <= max_small_size.
constexpr int size_to_class(uintptr size) {
  if (size > 1024 - 8) return size_tables.size_to_class128[(size - 1024 + 127) >> 7];
  return size_tables.size_to_class8[(size + 7) >> 3];
}

// Bytes that an allocation of `size` really takes.
constexpr uintptr roundupsize(uintptr size) {
  if (size < max_small_size) return size_tables.class_to_size[size_to_class(size)];
  if (size + page_size < size) return size;
  return (size + page_size - 1) & ~(page_size - 1);
}

}  // namespace runtime_core
