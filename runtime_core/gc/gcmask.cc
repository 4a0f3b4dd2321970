// The collector's type codes of one object or root, for tests (original: getgcmask).
#include "runtime_core/gc/internal.h"

namespace runtime_core {

namespace {

u8 dense_type(const u8* mask, uintptr word) {
  if (mask == nullptr) return bits_pointer;  // conservative
  return mask[word / pointers_per_byte] >> (word % pointers_per_byte * bits_per_pointer) &
         bits_mask;
}

}  // namespace

// A root area gives the codes from p to its end, a heap address those of its whole block;
// one code a word, at most `room`. Returns the number of codes.
u32 getgcmask(M* mp, uintptr p, u8* out, u32 room) {
  Work& work = work_of(mp);
  for (u32 i = 0; i < work.nroots; i++) {
    const RootArea& area = work.roots[i];
    if (p - area.start >= area.bytes) continue;
    const uintptr first = (p - area.start) / ptr_size;
    u32 n = 0;
    for (; n < room && first + n < area.bytes / ptr_size; n++) {
      out[n] = dense_type(area.ptrmask, first + n);
    }
    return n;
  }
  uintptr base = 0, size = 0;
  if (!mlookup(mp, reinterpret_cast<void*>(p), &base, &size, nullptr)) return 0;
  u32 n = 0;
  for (; n < room && n < size / ptr_size; n++) {
    MarkBits mbits;
    slottombits(mp, base + n * ptr_size, &mbits);
    out[n] = mbits.tbits;
  }
  return n;
}

}  // namespace runtime_core
