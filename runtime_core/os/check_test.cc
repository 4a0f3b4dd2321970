// The start-up check: this machine passes, and each operation that is broken is named.
#include "runtime_core/os/check.h"

#include <doctest/doctest.h>

#include <string>

namespace runtime_core {
namespace {

using Operations = CheckedOperations;

// What the check says of this machine after `break_it`.
std::string failed(void (*break_it)(Operations&)) {
  Operations o = this_machine;
  break_it(o);
  const char* name = first_failed_check(o);
  return name == nullptr ? "" : name;
}

TEST_CASE("this machine passes") {
  CHECK(first_failed_check(this_machine) == nullptr);
  check();
}

TEST_CASE("a compare-and-swap that does not swap, does not compare, or does not say so") {
  CHECK(failed([](Operations& o) { o.cas = [](auto*, u32, u32) { return false; }; }) == "cas1");
  CHECK(failed([](Operations& o) { o.cas = [](auto*, u32, u32) { return true; }; }) == "cas2");
  CHECK(failed([](Operations& o) {
          o.cas = [](auto* at, u32, u32 value) { return at->store(value), true; };
        }) == "cas3");
  CHECK(failed([](Operations& o) {
          o.cas = [](auto* at, u32 old, u32 value) { return at->exchange(value) == old; };
        }) == "cas4");
  // Compares as a signed 31-bit number would.
  CHECK(failed([](Operations& o) {
          o.cas = [](auto* at, u32 old, u32 value) {
            if ((old & 0x80000000) != 0) return false;
            return at->compare_exchange_strong(old, value);
          };
        }) == "cas5");
  CHECK(failed([](Operations& o) {
          o.casp = [](auto* at, void*, void* value) { return at->store(value), true; };
        }) == "casp3");
  CHECK(failed([](Operations& o) {
          o.cas64 = [](auto* at, u64, u64 value) { return at->store(value), true; };
        }) == "cas64 failed");
}

TEST_CASE("a byte's neighbours, torn 64-bit values, NaN, a division") {
  CHECK(failed([](Operations& o) {
          o.atomicor8 = [](u8* at, u8 bits) { at[0] |= bits, at[1] |= bits; };
        }) == "atomicor8");
  CHECK(failed([](Operations& o) {
          o.atomicload64 = [](auto* at) { return at->load() & 0xffffffff; };
        }) == "store64 failed");
  CHECK(failed([](Operations& o) {
          o.xadd64 = [](auto* at, u64 delta) { return at->fetch_add(delta); };
        }) == "xadd64 failed");
  CHECK(failed([](Operations& o) {
          o.xchg64 = [](auto* at, u64 value) { return at->store(value), value; };
        }) == "xchg64 failed");
  CHECK(failed([](Operations& o) { o.equal64 = [](double, double) { return true; }; }) ==
        "float64nan");
  CHECK(failed([](Operations& o) { o.equal32 = [](float, float) { return false; }; }) ==
        "float32nan3");
  CHECK(failed([](Operations& o) { o.timediv = [](i64, i32, i32*) { return 12345; }; }) ==
        "bad timediv");
}

}  // namespace
}  // namespace runtime_core
