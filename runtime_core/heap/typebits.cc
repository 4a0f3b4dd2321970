// Type bits of a new object, copied from its type's mask (original: mallocgc, loadPtrMask).
#include "runtime_core/runtime.h"

namespace runtime_core {

namespace {

u8* mask_of(const Type* type) { return reinterpret_cast<u8*>(type->gc[0]); }

// The neighbour's nibble may be changed by a marker at the same time.
void add_pointer_nibble(u8* byte, u32 shift) {
  const u8 bits = static_cast<u8>(bits_pointer << (shift + 2));
  std::atomic_ref<u8> cell(*byte);
  if (rules().type_bits_atomic) {
    cell.fetch_or(bits, relaxed);  // published with the object's address
    return;
  }
  const u8 old = cell.load(relaxed);
  cell.store(old | bits, relaxed);
}

// Repeats the mask over size0 bytes; `period` is the mask's length in bytes.
u8* copy_mask(u8* byte, const u8* mask, uintptr period, uintptr size0) {
  uintptr ti = 0;
  for (uintptr i = 0; i < size0; i += words_per_bitmap_byte * ptr_size) {
    u8 v = mask[ti];
    ti++;
    if (ti == period) ti = 0;
    if (i == 0) v |= bit_boundary;
    // An odd last word: dead after it.
    if (i + ptr_size == size0) v &= static_cast<u8>(~(bit_ptr_mask << gc_bits));
    // A whole byte: objects of more than one word share none.
    std::atomic_ref<u8>(*byte).store(v, relaxed);
    byte--;
  }
  return byte;
}

}  // namespace

const u8* load_ptr_mask(M* mp, const Type* type) {
  if ((type->kind & kind_gc_prog) == 0) return mask_of(type);
  uintptr bytes = (type->size + ptr_size - 1) / ptr_size;
  if (bytes % 2 != 0) bytes *= 2;             // the mask is stored twice
  bytes = bytes * pointers_per_byte / 8 + 1;  // 4 bits a word, and the flag byte
  // Write barriers do not know of programs that are unrolled in place.
  if (bytes > tuning().gc_mask_max && type->gc[1] != 0) throw_("maxGCMask too small for now");
  u8* mask = mask_of(type);
  // Acquire: the mask behind the flag; partner: the release in unrollgcprog.
  if (std::atomic_ref<u8>(*mask).load(acquire) == 0) {
    systemstack(mp, [&] { unrollgcprog(mp, type); });
  }
  return mask + 1;
}

void write_type_bits(M* mp, uintptr x, uintptr size, uintptr size0, const Type* type) {
  Runtime* rt = mp->rt;
  if (!rules().write_type_bits) return;
  // The arguments behind a deferred call's header are scanned as part of the stack.
  if (type == rt->deferproc_type && type != nullptr) size0 = rt->defer_header_bytes;
  const uintptr arena_start = rt->heap.arena_start;
  u8* byte = bitmap_byte(arena_start, x);
  if (size == ptr_size) {
    add_pointer_nibble(byte, bitmap_shift(arena_start, x));
    return;
  }
  const u8* mask = load_ptr_mask(mp, type);
  if (size == 2 * ptr_size) {
    std::atomic_ref<u8>(*byte).store(mask[0] | bit_boundary, relaxed);
    return;
  }
  uintptr period = type->size / ptr_size;
  if (period % 2 == 0) period /= 2;
  byte = copy_mask(byte, mask, period, size0);
  if (size0 % (2 * ptr_size) == 0 && size0 < size) {
    std::atomic_ref<u8>(*byte).store(0, relaxed);  // dead: the scan stops here
  }
}

}  // namespace runtime_core
