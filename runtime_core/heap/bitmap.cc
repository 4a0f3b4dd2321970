// Marks where objects start in the heap bitmap (original: markspan, unmarkspan; facts §9).
#include "runtime_core/runtime.h"

namespace runtime_core {

namespace {

constexpr u8 two_boundaries = bit_boundary | bit_boundary << gc_bits;

void check_range(const MHeap* h, uintptr v, uintptr bytes) {
  const uintptr used = h->arena_used.load(relaxed);
  if (v < h->arena_start || v + bytes > used) throw_("markspan: bad pointer");
}

// Relaxed: the span is not yet, or no longer, reachable by others.
void store_bits(u8* byte, u8 value) { std::atomic_ref<u8>(*byte).store(value, relaxed); }

}  // namespace

void markspan(Runtime* rt, uintptr v, uintptr size, uintptr n, bool leftover) {
  const MHeap* h = &rt->heap;
  check_range(h, v, size * n);
  if (!rules().write_boundary_bits) return;
  if (size == ptr_size) {
    // Two objects a byte.
    if (n % words_per_bitmap_byte != 0) throw_("markspan: unaligned length");
    if (v % (ptr_size * words_per_bitmap_byte) != 0) throw_("markspan: unaligned pointer");
    u8* byte = bitmap_byte(h->arena_start, v);
    for (uintptr i = 0; i < n / words_per_bitmap_byte; i++) store_bits(byte - i, two_boundaries);
    return;
  }
  // One byte an object, boundary and dead; with leftover one more behind the last object, so
  // that a scan that runs off its end stops there.
  if (leftover) n++;
  for (uintptr i = 0; i < n; i++) {
    store_bits(bitmap_byte(h->arena_start, v + i * size), bit_boundary);
  }
}

void unmarkspan(Runtime* rt, uintptr v, uintptr len) {
  const MHeap* h = &rt->heap;
  check_range(h, v, len);
  const uintptr off = (v - h->arena_start) / ptr_size;
  const uintptr unit = ptr_size * words_per_bitmap_byte;  // heap words in a word of bitmap
  if (off % unit != 0) throw_("markspan: unaligned pointer");
  const uintptr words = len / ptr_size;
  if (words % unit != 0) throw_("unmarkspan: unaligned length");
  // Whole words, as the original; the bitmap grows downwards, so the last byte is the lowest.
  auto* first = reinterpret_cast<u64*>(bitmap_byte(h->arena_start, v + len - unit));
  for (uintptr i = 0; i < words / unit; i++) std::atomic_ref<u64>(first[i]).store(0, relaxed);
}

}  // namespace runtime_core
