// The interpreter of GC programs (original: unrollgcprog and relatives; facts §9.4).
#include "runtime_core/os/os.h"
#include "runtime_core/runtime.h"

namespace runtime_core {

namespace {

enum class Unroll { dense, sparse, in_place };

struct Unroller {
  Unroll mode;
  u8* mask;             // dense and sparse: zeroed memory
  uintptr object;       // in place
  uintptr arena_start;  // in place
  uintptr pos;          // bits of mask; in place: bytes of the object
};

void put_word(Unroller* u, u8 code) {
  switch (u->mode) {
    case Unroll::dense:
      u->mask[u->pos / 8] |= static_cast<u8>(code << u->pos % 8);
      u->pos += bits_per_pointer;
      return;
    case Unroll::sparse:
      u->mask[u->pos / 8] |= static_cast<u8>(code << (u->pos % 8 + 2));
      u->pos += gc_bits;
      return;
    case Unroll::in_place: {
      const uintptr address = u->object + u->pos;
      std::atomic_ref<u8> cell(*bitmap_byte(u->arena_start, address));
      const u32 shift = bitmap_shift(u->arena_start, address);
      const u8 old = shift == 0 ? u8{0} : cell.load(relaxed);
      cell.store(static_cast<u8>(old | code << (shift + 2)), relaxed);
      u->pos += ptr_size;
      return;
    }
  }
}

const u8* unroll_data(Unroller* u, const u8* prog) {
  const uintptr words = *prog;
  prog++;
  for (uintptr i = 0; i < words; i++) {
    const u8 codes = prog[i / pointers_per_byte];
    put_word(u, codes >> (i % pointers_per_byte * bits_per_pointer) & bits_mask);
  }
  return prog + (words + pointers_per_byte - 1) / pointers_per_byte;
}

// Returns the position of the terminator (original: unrollgcprog1). Recursion is as deep as the
// arrays of the type are nested.
const u8* run_program(Unroller* u, const u8* prog) {
  for (;;) {
    switch (*prog) {
      case ins_data:
        prog = unroll_data(u, prog + 1);
        break;
      case ins_array: {
        prog++;
        uintptr count = 0;
        for (uintptr i = 0; i < ptr_size; i++) count |= uintptr{prog[i]} << 8 * i;
        prog += ptr_size;
        const u8* end = nullptr;
        for (uintptr i = 0; i < count; i++) end = run_program(u, prog);
        // Compilers emit no array of zero elements: its end would be unknown.
        if (end == nullptr || *end != ins_array_end) {
          throw_("unrollgcprog: array does not end with insArrayEnd");
        }
        prog = end + 1;
        break;
      }
      case ins_array_end:
      case ins_end:
        return prog;
      default:
        throw_("unrollgcprog: unknown instruction");
    }
  }
}

}  // namespace

u8* unrollglobgcprog(M* mp, const u8* prog, uintptr size) {
  constexpr u8 guard = 0xa1;
  const uintptr words = round_up(size, ptr_size) / ptr_size;
  const uintptr bytes = (words * bits_per_pointer + 7) / 8;
  auto* mask = static_cast<u8*>(persistentalloc(mp, bytes + 1, 0, &mp->rt->stats.gc_sys));
  mask[bytes] = guard;
  Unroller u{Unroll::dense, mask, 0, 0, 0};
  const u8* end = run_program(&u, prog);
  if (u.pos != size / ptr_size * bits_per_pointer) {
    throw_("unrollglobgcprog: bad program size");
  }
  if (*end != ins_end) throw_("unrollglobgcprog: program does not end with insEnd");
  if (mask[bytes] != guard) throw_("unrollglobgcprog: overflow");
  return mask;
}

void unrollgcprog(M* mp, const Type* type) {
  Mutex* mutex = &mp->rt->unroll_lock;
  lock(mp, mutex);
  auto* mask = reinterpret_cast<u8*>(type->gc[0]);
  const auto* prog = reinterpret_cast<const u8*>(type->gc[1]);
  std::atomic_ref<u8> flag(*mask);
  if (flag.load(relaxed) == 0) {
    if (!rules().unroll_flag_last) {  // gcprog-flag-first: others look before the mask is there
      flag.fetch_or(1, seq_cst);
      osyield();
    }
    Unroller u{Unroll::sparse, mask, 0, 0, 8};  // behind the flag byte
    const u8* end = run_program(&u, prog);
    if (*end != ins_end) throw_("unrollgcprog: program does not end with insEnd");
    // An odd number of words: repeated, so that a whole number of bytes is one period.
    if (type->size / ptr_size % 2 != 0) run_program(&u, prog);
    flag.fetch_or(1, seq_cst);  // releases the mask; partner: load_ptr_mask
  }
  unlock(mp, mutex);
}

void unrollgcproginplace(M* mp, uintptr x, uintptr size, uintptr size0, const Type* type) {
  const uintptr arena_start = mp->rt->heap.arena_start;
  const auto* prog = reinterpret_cast<const u8*>(type->gc[1]);
  Unroller u{Unroll::in_place, nullptr, x, arena_start, 0};
  while (u.pos != size0) run_program(&u, prog);
  std::atomic_ref<u8> first(*bitmap_byte(arena_start, x));
  const u8 boundary = static_cast<u8>(bit_boundary << bitmap_shift(arena_start, x));
  first.fetch_or(boundary, relaxed);
  if (size0 < size) {
    // Dead in the word behind the object: the scan stops there.
    std::atomic_ref<u8> behind(*bitmap_byte(arena_start, x + size0));
    const u32 shift = bitmap_shift(arena_start, x + size0);
    behind.fetch_and(static_cast<u8>(~(bit_ptr_mask << shift)), relaxed);
  }
}

}  // namespace runtime_core
