// The checkmark pass: marks again in other bits and compares (original: mgc.go; facts 10.11).
//
// In the pass, the type of an object's first word is also its second mark: scalar 01 turns into
// 00, pointer 10 into 11. A first word that was dead becomes scalar, and the second word dead,
// so that a scan still ends.
#include "runtime_core/gc/internal.h"

namespace runtime_core {

namespace {

void require_boundary(u8 byte, u32 shift) {
  if ((byte >> shift & bit_boundary) == 0) throw_("missing bitBoundary");
}

u8 type_at(u8 byte, u32 shift) { return byte >> (shift + 2) & bits_mask; }
u8 type_bits(u8 type, u32 shift) { return static_cast<u8>(type << (shift + 2)); }

// One nibble of a byte that two one-word objects share.
u8 convert_one_word(u8 byte, u32 shift, bool setup) {
  require_boundary(byte, shift);
  const u8 type = type_at(byte, shift);
  if (!setup && (type == bits_scalar || type == bits_scalar_marked)) {
    return static_cast<u8>(byte & ~type_bits(bits_mask, shift));
  }
  if (type != bits_scalar_marked && type != bits_pointer_marked) return byte;
  const u8 flip = type_bits(bits_check_mark_xor, shift);
  // As committed (L14) dead stays dead, which already reads as "scalar, marked".
  if (!rules().checkmark_one_word_setup_xor) return static_cast<u8>(byte & ~flip);
  return byte ^ flip;
}

// The byte of the first two words of a larger object.
u8 convert_first_words(u8 byte, bool setup) {
  require_boundary(byte, 0);
  const u8 type = type_at(byte, 0);
  const u8 second = type_bits(bits_mask, gc_bits);
  if (setup && type == bits_dead) {
    if (rules().checkmark_moves_dead) byte = static_cast<u8>(byte & ~second);
    return byte | type_bits(bits_scalar, 0);
  }
  const bool scalar = type == bits_scalar || type == bits_scalar_marked;
  if (!setup && scalar && (byte & second) == 0) {
    return static_cast<u8>(byte & ~type_bits(bits_mask, 0));
  }
  if (type == bits_scalar_marked || type == bits_pointer_marked) {
    return byte ^ type_bits(bits_check_mark_xor, 0);
  }
  return byte;
}

// Original: atomicand8; as committed a private mutex, which excludes no atomic OR (L13).
void atomicand8(M* mp, u8* bitp, u8 value) {
  if (rules().checkmark_and_atomic) {
    std::atomic_ref<u8>(*bitp).fetch_and(value, seq_cst);
    return;
  }
  lock(mp, &work_of(mp).andlock);
  const u8 old = bitmap_load(bitp);
  bitmap_store(bitp, old & value);
  unlock(mp, &work_of(mp).andlock);
}

}  // namespace

// Original: ischeckmarked.
bool ischeckmarked(const MarkBits* mbits) {
  if ((mbits->bits & bit_boundary) == 0) {
    throw_("ischeckmarked: bits should have boundary bit set");
  }
  return mbits->tbits == bits_scalar_marked || mbits->tbits == bits_pointer_marked;
}

// Original: docheckmark. Sets the second mark and reads the bits again.
void docheckmark(M* mp, MarkBits* mbits) {
  const u8 flip = type_bits(bits_check_mark_xor, mbits->shift);
  if (!rules().checkmark_idempotent) {
    std::atomic_ref<u8>(*mbits->bitp).fetch_xor(flip, seq_cst);
  } else if (mbits->tbits == bits_scalar) {
    atomicand8(mp, mbits->bitp, static_cast<u8>(~flip));
  } else if (mbits->tbits == bits_pointer) {
    atomicor8(mbits->bitp, flip);
  }
  mbits->xbits = bitmap_load(mbits->bitp);
  mbits->bits = mbits->xbits >> mbits->shift & bit_mask;
  mbits->tbits = type_at(mbits->xbits, mbits->shift);
}

// Original: clearcheckmarkbitsspan. Before the pass it prepares, after it it cleans up.
void clearcheckmarkbitsspan(M* mp, MSpan* s) {
  if (s->state.load(relaxed) != span_in_use) {
    throw_("clearcheckmarkbitsspan: bad span state");
  }
  const bool setup = work_of(mp).checkmark;
  const uintptr step = s->elemsize.load(relaxed) / (ptr_size * words_per_bitmap_byte);
  u8* bitp = bitmap_position(heap_of(mp).arena_start, s->base()).bitp;
  const u32 n = span_objects(s);
  if (step == 0) {
    for (u32 i = 0; i < n / 2; i++, bitp--) {
      const u8 low = convert_one_word(bitmap_load(bitp), 0, setup);
      bitmap_store(bitp, convert_one_word(low, gc_bits, setup));
    }
    return;
  }
  for (u32 i = 0; i < n; i++, bitp -= step) {
    const u8 byte = bitmap_load(bitp);
    bitmap_store(bitp, convert_first_words(byte, setup));
  }
}

// Original: clearcheckmarkbits.
void clearcheckmarkbits(M* mp) {
  Work& work = work_of(mp);
  for (u32 i = 0; i < work.nspans; i++) {
    MSpan* s = work.spans[i];
    if (s->state.load(relaxed) == span_in_use) clearcheckmarkbitsspan(mp, s);
  }
}

// Original: gccheckmark_m. The world is stopped and the normal mark is done.
void gccheckmark_m(M* mp, i64 start_time, bool eagersweep) {
  Work& work = work_of(mp);
  if (!work.checkmark_enabled) return;
  if (work.checkmark) throw_("gccheckmark_m, entered with checkmark already true");
  work.checkmark = true;
  clearcheckmarkbits(mp);
  gc_m(mp, start_time, eagersweep);                                     // resets checkmark
  if (!rules().checkmark_cleanup_before_sweep) clearcheckmarkbits(mp);  // as committed
}

// Original: gccheckmarkenable_m.
void gccheckmarkenable(M* mp) { work_of(mp).checkmark_enabled = true; }
// Original: gccheckmarkdisable_m.
void gccheckmarkdisable(M* mp) { work_of(mp).checkmark_enabled = false; }

}  // namespace runtime_core
