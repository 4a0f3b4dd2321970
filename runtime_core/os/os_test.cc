// Tests of the Linux layer: memory, clocks, processors, and division without division.
#include "runtime_core/os/os.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "runtime_core/os/mem.h"
#include "runtime_core/sync/test_support.h"

namespace runtime_core {
namespace {

constexpr uintptr bytes = 16 * phys_page_size;

bool all_zero(const void* v, uintptr n) {
  const u8* p = static_cast<const u8*>(v);
  return std::all_of(p, p + n, [](u8 b) { return b == 0; });
}

// Whether the child that runs f is killed by a memory fault.
template <class F>
bool faults(F f) {
  const pid_t child = fork_flushed();
  if (child == 0) {
    std::signal(SIGSEGV, SIG_DFL);
    f();
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV;
}

}  // namespace

TEST_CASE("mem: sys_alloc gives zeroed, aligned, accounted memory") {
  std::atomic<u64> stat{0};
  u8* p = static_cast<u8*>(sys_alloc(bytes, &stat));
  REQUIRE(p != nullptr);
  CHECK(reinterpret_cast<uintptr>(p) % phys_page_size == 0);
  CHECK(all_zero(p, bytes));
  CHECK(stat.load() == bytes);
  p[0] = p[bytes - 1] = 1;
  sys_unused(p, bytes);
  sys_used(p, bytes);
  CHECK(all_zero(p, bytes));  // MADV_DONTNEED on private anonymous memory
  sys_fault(p, phys_page_size);
  CHECK(faults([&] { *static_cast<volatile u8*>(p) = 1; }));
  p[phys_page_size] = 1;
  sys_free(p, bytes, &stat);
  CHECK(stat.load() == 0);
  CHECK(faults([&] { *static_cast<volatile u8*>(p + phys_page_size) = 1; }));
}

TEST_CASE("mem: sys_alloc returns null when there is no memory, and counts nothing") {
  std::atomic<u64> stat{0};
  CHECK(sys_alloc(uintptr{1} << 60, &stat) == nullptr);
  CHECK(stat.load() == 0);
}

TEST_CASE("mem: reserved space faults until it is mapped") {
  std::atomic<u64> stat{0};
  bool reserved = false;
  u8* p = static_cast<u8*>(sys_reserve(nullptr, bytes, &reserved));
  REQUIRE(p != nullptr);
  CHECK(reserved);
  CHECK(faults([&] { *static_cast<volatile u8*>(p) = 1; }));
  sys_map(p, phys_page_size, reserved, &stat);
  CHECK(stat.load() == phys_page_size);
  CHECK(all_zero(p, phys_page_size));
  p[0] = 1;
  CHECK(faults([&] { *static_cast<volatile u8*>(p + phys_page_size) = 1; }));
  stat.store(bytes);
  sys_free(p, bytes, &stat);
}

TEST_CASE("mem: a hint in free space is followed, an impossible request is refused") {
  bool reserved = false;
  std::atomic<u64> stat{bytes};
  void* p = sys_reserve(nullptr, bytes, &reserved);
  sys_free(p, bytes, &stat);
  CHECK(sys_reserve(p, bytes, &reserved) == p);
  stat.store(bytes);
  sys_free(p, bytes, &stat);
  CHECK(sys_reserve(nullptr, uintptr{1} << 60, &reserved) == nullptr);
  CHECK_FALSE(reserved);
}

TEST_CASE("mem: unreserved space is mapped where it is free, and never over what is there") {
  bool reserved = false;
  std::atomic<u64> stat{bytes};
  u8* p = static_cast<u8*>(sys_reserve(nullptr, bytes, &reserved));
  const std::string conflict = "fatal error: runtime: address space conflict [runtime.throw]\n";
  CHECK(abort_message([&] { sys_map(p, bytes, false, &stat); }) == conflict);
  sys_free(p, bytes, &stat);
  sys_map(p, bytes, false, &stat);
  p[bytes - 1] = 1;
  // One mapped page in the middle is enough to refuse.
  sys_free(p, bytes, &stat);
  sys_map(p + 8 * phys_page_size, phys_page_size, false, &stat);
  CHECK(abort_message([&] { sys_map(p, bytes, false, &stat); }) == conflict);
  sys_free(p + 8 * phys_page_size, phys_page_size, &stat);
  CHECK(stat.load() == 0);
}

TEST_CASE("mem: too large a mapping throws") {
  std::atomic<u64> stat{0};
  void* p = reinterpret_cast<void*>(uintptr{1} << 40);
  CHECK(abort_message([&] { sys_map(p, uintptr{1} << 60, true, &stat); }) ==
        "fatal error: runtime: out of memory [runtime.out_of_memory]\n");
}

TEST_CASE("os: clocks advance and sleeps last") {
  const i64 begin = nanotime();
  CHECK(begin > 0);
  CHECK(walltime() > 1'400'000'000'000'000'000);
  usleep(200);
  CHECK(nanotime() - begin >= 200'000);
  osyield();
  std::atomic<u32> word{0};
  futexsleep(&word, 1, -1);  // the value differs: returns at once
  const i64 before = nanotime();
  futexsleep(&word, 0, 100'000);
  CHECK(nanotime() - before >= 100'000);
  futexwakeup(&word, 1);
  CHECK(deadline_after(0) >= before);
  CHECK(deadline_after(INT64_MAX) == INT64_MAX);
}

TEST_CASE("os: there is at least one processor") {
  CHECK(getproccount() >= 1);
  CHECK(ncpu() == getproccount());
}

TEST_CASE("os: a wrong futex word ends the process") {
  CHECK(abort_message([] { futexwakeup(reinterpret_cast<std::atomic<u32>*>(2), 1); }) ==
        "fatal error: futexwakeup failed [runtime.throw]\n");
}

TEST_CASE("os: golden values of timediv") {
  constexpr i64 second = 1'000'000'000;
  struct Row {
    i64 v;
    i32 quotient, rem;
  };
  const Row rows[] = {
      {0, 0, 0},
      {12345 * second + 54321, 12345, 54321},
      {(i64{1} << 31) * second, 0x7fffffff, 0},
      {((i64{1} << 31) - 1) * second + 999'999'999, 0x7fffffff, 999'999'999},
  };
  for (const Row& row : rows) {
    CAPTURE(row.v);
    i32 rem = -1;
    CHECK(timediv(row.v, second, &rem) == row.quotient);
    CHECK(rem == row.rem);
    CHECK(timediv(row.v, second, nullptr) == row.quotient);
  }
}

}  // namespace runtime_core
