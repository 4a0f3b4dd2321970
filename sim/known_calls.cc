// The table of entry points, by address.
#include "sim/known_calls.h"

// clang-format off
extern "C" {
#define ENTRY(name) void name();
#define ANNOUNCING(X)                                                                              \
  X(__tsan_read1)                                                                                  \
  X(__tsan_read2)                                                                                  \
  X(__tsan_read4) X(__tsan_read8) X(__tsan_read16) X(__tsan_write1) X(__tsan_write2)               \
      X(__tsan_write4) X(__tsan_write8) X(__tsan_write16) X(__tsan_unaligned_read2)                \
          X(__tsan_unaligned_read4) X(__tsan_unaligned_read8) X(__tsan_unaligned_read16)           \
              X(__tsan_unaligned_write2) X(__tsan_unaligned_write4) X(__tsan_unaligned_write8)     \
                  X(__tsan_unaligned_write16) X(__tsan_read_write1) X(__tsan_read_write2)          \
                      X(__tsan_read_write4) X(__tsan_read_write8) X(__tsan_read_write16)           \
                          X(__tsan_read_range) X(__tsan_write_range) X(__tsan_atomic_thread_fence) \
                              X(tricolor_event) X(tricolor_procyield) X(tricolor_decide)
#define SWAPPING(X, bits)                                    \
  X(__tsan_atomic##bits##_compare_exchange_strong, bits / 8) \
  X(__tsan_atomic##bits##_compare_exchange_weak, bits / 8)
#define ACCESSING(X, bits)                                                           \
  X(__tsan_atomic##bits##_load)                                                      \
  X(__tsan_atomic##bits##_store) X(__tsan_atomic##bits##_exchange)                   \
      X(__tsan_atomic##bits##_fetch_add) X(__tsan_atomic##bits##_fetch_sub)          \
          X(__tsan_atomic##bits##_fetch_and) X(__tsan_atomic##bits##_fetch_or)       \
              X(__tsan_atomic##bits##_fetch_xor) X(__tsan_atomic##bits##_fetch_nand) \
                  X(__tsan_atomic##bits##_compare_exchange_val)
#define COPYING(X) X(tricolor_memset) X(tricolor_memcpy) X(tricolor_memmove)
ANNOUNCING(ENTRY)
ACCESSING(ENTRY, 8)
ACCESSING(ENTRY, 16)
ACCESSING(ENTRY, 32)
ACCESSING(ENTRY, 64)
COPYING(ENTRY)
#define SWAP_ENTRY(name, bytes) void name();
SWAPPING(SWAP_ENTRY, 8)
SWAPPING(SWAP_ENTRY, 16)
SWAPPING(SWAP_ENTRY, 32)
SWAPPING(SWAP_ENTRY, 64)
ENTRY(tricolor_throw)
ENTRY(tricolor_trap)
}

namespace sim {
namespace {

struct Entry {
  void (*address)();
  KnownCall call;
};

#define ANNOUNCING_ROW(name) {name, {KnownCall::announces, 0}},
#define ACCESSING_ROW(name) {name, {KnownCall::accesses, 8}},
#define COPYING_ROW(name) {name, {KnownCall::copies, 0}},
#define SWAP_ROW(name, bytes) {name, {KnownCall::swaps, bytes}},
const Entry entries[] = {
    ANNOUNCING(ANNOUNCING_ROW)
    ACCESSING(ACCESSING_ROW, 8)
    ACCESSING(ACCESSING_ROW, 16)
    ACCESSING(ACCESSING_ROW, 32)
    ACCESSING(ACCESSING_ROW, 64)
    SWAPPING(SWAP_ROW, 8)
    SWAPPING(SWAP_ROW, 16)
    SWAPPING(SWAP_ROW, 32)
    SWAPPING(SWAP_ROW, 64)
    COPYING(COPYING_ROW)
    {tricolor_throw, {KnownCall::never_returns, 0}},
    {tricolor_trap, {KnownCall::never_returns, 0}},
};
// clang-format on

}  // namespace

KnownCall known_call(std::uint64_t target) {
  for (const Entry& entry : entries) {
    if (reinterpret_cast<std::uint64_t>(entry.address) == target) return entry.call;
  }
  return {};
}

}  // namespace sim
