// Checks of basic types, compare-and-swap, NaN, 64-bit atomics and the 31-bit division.
#include "runtime_core/os/check.h"

#include <bit>

#include "runtime_core/os/os.h"

namespace runtime_core {

namespace {

static_assert(sizeof(i8) == 1 && sizeof(u8) == 1 && sizeof(u16) == 2);
static_assert(sizeof(i32) == 4 && sizeof(u32) == 4 && sizeof(i64) == 8 && sizeof(u64) == 8);
static_assert(sizeof(float) == 4 && sizeof(double) == 8);
static_assert(sizeof(void*) == ptr_size && sizeof(uintptr) == ptr_size);
struct X1 {
  u8 x;
};
struct Y1 {
  X1 x1;
  u8 y;
};
static_assert(sizeof(X1) == 1 && offsetof(Y1, y) == 1 && sizeof(Y1) == 2);

const char* check_cas(const CheckedOperations& o) {
  std::atomic<u32> z{1};
  if (!o.cas(&z, 1, 2)) return "cas1";
  if (z.load(relaxed) != 2) return "cas2";
  z.store(4, relaxed);
  if (o.cas(&z, 5, 6)) return "cas3";
  if (z.load(relaxed) != 4) return "cas4";
  // Both halves count.
  z.store(0xffffffff, relaxed);
  if (!o.cas(&z, 0xffffffff, 0xfffffffe)) return "cas5";
  return z.load(relaxed) != 0xfffffffe ? "cas6" : nullptr;
}

const char* check_casp(const CheckedOperations& o) {
  void* const null = nullptr;
  void* const one = reinterpret_cast<void*>(1);
  void* const top = reinterpret_cast<void*>(~uintptr{0});
  std::atomic<void*> p{null};
  if (!o.casp(&p, null, one)) return "casp1";
  if (p.load(relaxed) != one) return "casp2";
  if (o.casp(&p, null, top)) return "casp3";
  return p.load(relaxed) != one ? "casp4" : nullptr;
}

// The neighbours must stay as they are: the heap's bitmap lives by it.
const char* check_or8(const CheckedOperations& o) {
  u8 m[4] = {1, 1, 1, 1};
  o.atomicor8(&m[1], 0xf0);
  return m[0] != 1 || m[1] != 0xf1 || m[2] != 1 || m[3] != 1 ? "atomicor8" : nullptr;
}

const char* check_nan(const CheckedOperations& o) {
  const auto j = std::bit_cast<double>(~u64{0});
  const auto j1 = std::bit_cast<double>(~u64{1});
  if (o.equal64(j, j)) return "float64nan";
  if (o.equal64(j, j1)) return "float64nan2";
  if (!o.equal64(1, 1)) return "float64nan3";
  const auto i = std::bit_cast<float>(~u32{0});
  const auto i1 = std::bit_cast<float>(~u32{1});
  if (o.equal32(i, i)) return "float32nan";
  if (o.equal32(i, i1)) return "float32nan2";
  return !o.equal32(1, 1) ? "float32nan3" : nullptr;
}

// Original: test64. Values whose halves differ show what tears.
const char* test64(const CheckedOperations& o) {
  constexpr u64 one = (u64{1} << 40) + 1;
  std::atomic<u64> z{42};
  if (o.cas64(&z, 0, 1)) return "cas64 failed";
  if (z.load(relaxed) != 42) return "cas64 failed";
  if (!o.cas64(&z, 42, 1)) return "cas64 failed";
  if (o.atomicload64(&z) != 1) return "load64 failed";
  o.atomicstore64(&z, one);
  if (o.atomicload64(&z) != one) return "store64 failed";
  if (o.xadd64(&z, one) != 2 * one) return "xadd64 failed";
  if (o.atomicload64(&z) != 2 * one) return "xadd64 failed";
  if (o.xchg64(&z, 3 * one) != 2 * one) return "xchg64 failed";
  return o.atomicload64(&z) != 3 * one ? "xchg64 failed" : nullptr;
}

const char* check_timediv(const CheckedOperations& o) {
  constexpr i32 second = 1'000'000'000;
  i32 rem = 0;
  if (o.timediv(i64{12345} * second + 54321, second, &rem) != 12345) return "bad timediv";
  return rem != 54321 ? "bad timediv" : nullptr;
}

}  // namespace

constexpr CheckedOperations this_machine = {
    .cas = [](std::atomic<u32>* at, u32 old,
              u32 value) { return at->compare_exchange_strong(old, value, seq_cst, seq_cst); },
    .casp = [](std::atomic<void*>* at, void* old,
               void* value) { return at->compare_exchange_strong(old, value, seq_cst, seq_cst); },
    .atomicor8 = [](u8* at, u8 bits) { std::atomic_ref<u8>(*at).fetch_or(bits, seq_cst); },
    .cas64 = [](std::atomic<u64>* at, u64 old,
                u64 value) { return at->compare_exchange_strong(old, value, seq_cst, seq_cst); },
    .atomicload64 = [](std::atomic<u64>* at) { return at->load(seq_cst); },
    .atomicstore64 = [](std::atomic<u64>* at, u64 value) { at->store(value, seq_cst); },
    .xadd64 = [](std::atomic<u64>* at, u64 delta) { return at->fetch_add(delta, seq_cst) + delta; },
    .xchg64 = [](std::atomic<u64>* at, u64 value) { return at->exchange(value, seq_cst); },
    .equal32 = [](float a, float b) { return a == b; },
    .equal64 = [](double a, double b) { return a == b; },
    .timediv = timediv,
};

const char* first_failed_check(const CheckedOperations& o) {
  constexpr const char* (*checks[])(const CheckedOperations&) = {
      check_timediv, check_cas, check_casp, check_or8, check_nan, test64};
  for (const auto one : checks) {
    if (const char* failed = one(o)) return failed;
  }
  return nullptr;
}

void check() {
  if (const char* failed = first_failed_check(this_machine)) throw_(failed);
}

}  // namespace runtime_core
