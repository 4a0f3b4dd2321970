// Fixed-width aliases and the master constants of the original runtime (facts §1).
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace runtime_core {

using u8 = std::uint8_t;
using u16 = std::uint16_t;
using u32 = std::uint32_t;
using u64 = std::uint64_t;
using i8 = std::int8_t;
using i16 = std::int16_t;
using i32 = std::int32_t;
using i64 = std::int64_t;
using uintptr = std::uintptr_t;

inline constexpr auto relaxed = std::memory_order_relaxed;
inline constexpr auto acquire = std::memory_order_acquire;
inline constexpr auto release = std::memory_order_release;
inline constexpr auto acq_rel = std::memory_order_acq_rel;
inline constexpr auto seq_cst = std::memory_order_seq_cst;

inline constexpr uintptr ptr_size = 8;
inline constexpr uintptr page_shift = 13;
inline constexpr uintptr page_size = uintptr{1} << page_shift;
inline constexpr uintptr max_small_size = 32 << 10;
inline constexpr int num_size_classes = 67;
inline constexpr uintptr tiny_size = 16;
inline constexpr int tiny_size_class = 2;
inline constexpr int max_mheap_list = 128;
inline constexpr int max_gomaxprocs = 256;
inline constexpr int max_gcproc = 32;
inline constexpr uintptr cache_line_size = 64;
inline constexpr uintptr phys_page_size = 4096;
inline constexpr uintptr workbuf_size = 4096;
inline constexpr uintptr fin_block_size = 4096;

// Heap bitmap: 4 bits a word, two words a byte (facts §9.1).
inline constexpr u8 bit_boundary = 1, bit_marked = 2, bit_mask = 3, bit_ptr_mask = 12;
inline constexpr uintptr gc_bits = 4, words_per_bitmap_byte = 2;
inline constexpr u8 bits_dead = 0, bits_scalar = 1, bits_pointer = 2, bits_mask = 3;
// The first word of an interface, before these always held a pointer (original: BitsMultiWord).
inline constexpr u8 bits_interface = 3;
inline constexpr u8 bits_check_mark_xor = 1, bits_scalar_marked = 0, bits_pointer_marked = 3;
inline constexpr uintptr bits_per_pointer = 2, pointers_per_byte = 4;

inline constexpr u32 flag_no_scan = 1, flag_no_zero = 2;

inline uintptr round_up(uintptr n, uintptr a) { return (n + a - 1) & ~(a - 1); }

}  // namespace runtime_core
