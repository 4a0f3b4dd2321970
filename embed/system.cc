// Clocks, sleeping, system calls, memory functions and random numbers of the program.
#include <linux/futex.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstring>
#include <ctime>
#include <string>

#include "embed/objects.h"
#include "sim/schedule.h"

extern "C" {
void* tricolor_memset(void* to, int value, std::size_t bytes);
void* tricolor_memcpy(void* to, const void* from, std::size_t bytes);
void* tricolor_memmove(void* to, const void* from, std::size_t bytes);
}

namespace {

using namespace embed;

constexpr std::int64_t tick_ns = 1000;

// Looking at a clock takes time, so that a loop that waits for a time ends.
std::int64_t read_clock() {
  sim::Machine& m = *sim::the_machine;
  m.awaits.progress(m.current());
  m.touches(model::machine_object(model::MachineObject::clock, 0), 1, model::AccessKind::write);
  return m.hot->now += tick_ns;
}

void sleep_for(std::int64_t ns) {
  sim::Machine& m = *sim::the_machine;
  if (m.is_alone()) return;
  m.settle();
  m.sleep(ns);
}

std::int64_t futex_until(const std::uint64_t (&args)[6]) {
  // Waits until an absolute time; the machine's own takes a duration.
  const std::int64_t left =
      nanoseconds(reinterpret_cast<const timespec*>(args[3])) - sim::the_machine->hot->now;
  const timespec duration{left > 0 ? left / 1'000'000'000 : 0, left > 0 ? left % 1'000'000'000 : 0};
  const std::uint64_t wait[6] = {args[0], FUTEX_WAIT, args[2], address_of(&duration), 0, 0};
  return sim::the_machine->system_call(SYS_futex, wait);
}

std::int64_t call(long number, const std::uint64_t (&args)[6], std::uint64_t pc) {
  sim::Machine& m = *sim::the_machine;
  if (number != SYS_futex && number != SYS_gettid && number != SYS_sched_yield) {
    m.violate("sim.refused_call", "the program makes system call " + std::to_string(number) +
                                      ", which is not simulated");
  }
  m.settle();
  m.scheduling_point();
  if (number == SYS_futex && !m.is_alone()) m.memory->fence(m, __ATOMIC_SEQ_CST);
  m.record(sim::Operation::system_call, static_cast<std::uint64_t>(number), 0, args[0], pc);
  const std::uint64_t operation = args[1] & 127;
  if (number != SYS_futex || operation == FUTEX_WAKE || operation == FUTEX_WAIT) {
    return m.system_call(number, args);
  }
  std::uint64_t plain[6] = {args[0], FUTEX_WAIT, args[2], args[3], 0, 0};
  if (operation == FUTEX_WAIT_BITSET) {
    return args[3] == 0 ? m.system_call(number, plain) : futex_until(args);
  }
  plain[1] = FUTEX_WAKE;
  if (operation == FUTEX_WAKE_BITSET) return m.system_call(number, plain);
  return -ENOSYS;
}

}  // namespace

SIMULATED(void*, memset, void* to, int value, std::size_t n) {
  return tricolor_memset(to, value, n);
}
SIMULATED(void*, memcpy, void* to, const void* from, std::size_t n) {
  return tricolor_memcpy(to, from, n);
}
SIMULATED(void*, memmove, void* to, const void* from, std::size_t n) {
  return tricolor_memmove(to, from, n);
}

SIMULATED(long, syscall, long number, ...) {
  va_list list;
  va_start(list, number);
  std::uint64_t args[6];
  for (std::uint64_t& arg : args) arg = va_arg(list, std::uint64_t);
  va_end(list);
  const std::int64_t result = call(number, args, CALLER_PC);
  if (result >= 0) return result;
  errno = static_cast<int>(-result);
  return -1;
}

SIMULATED(int, sched_yield) {
  sim::Machine& m = *sim::the_machine;
  if (m.is_alone()) return 0;
  m.settle();
  m.yield();
  return 0;
}
SIMULATED(int, nanosleep, const timespec* t, timespec*) { return sleep_for(nanoseconds(t)), 0; }
SIMULATED(int, clock_nanosleep, clockid_t, int flags, const timespec* t, timespec*) {
  const bool absolute = (flags & TIMER_ABSTIME) != 0;
  sleep_for(nanoseconds(t) - (absolute ? sim::the_machine->hot->now : 0));
  return 0;
}
SIMULATED(int, usleep, useconds_t us) { return sleep_for(std::int64_t{us} * 1000), 0; }
SIMULATED(unsigned, sleep, unsigned s) { return sleep_for(std::int64_t{s} * 1'000'000'000), 0; }

// Names too long for a line: std::this_thread::__sleep_for, and what std::future waits with.
#define EXPORTED extern "C" [[gnu::visibility("default")]]
#define SECONDS "ENSt6chrono8durationIlSt5ratioILl1ELl1EEEENS1_IlS2_ILl1ELl1000000000EEEE"
#define UNTIL "EPjjbNSt6chrono8durationIlSt5ratioILl1ELl1EEEENS2_IlS3_ILl1ELl1000000000EEEE"
EXPORTED void sleep_for_seconds(std::int64_t s, std::int64_t ns) asm(
    "tricolor_sim__ZNSt11this_thread11__sleep_for" SECONDS);
void sleep_for_seconds(std::int64_t s, std::int64_t ns) { sleep_for(s * 1'000'000'000 + ns); }

using Word = std::uint32_t;
using Ns = std::int64_t;
EXPORTED bool await_word(void*, Word* word, Word value, bool timed, Ns s, Ns ns) asm(
    "tricolor_sim__ZNSt28__atomic_futex_unsigned_base19_M_futex_wait_until" UNTIL);
bool await_word(void*, Word* word, Word value, bool timed, Ns s, Ns ns) {
  const timespec until{s, ns};
  const std::uint64_t time = timed ? address_of(&until) : 0;
  const std::uint64_t args[6] = {address_of(word), FUTEX_WAIT_BITSET, value, time, 0, 0};
  return call(SYS_futex, args, CALLER_PC) != -ETIMEDOUT;
}
EXPORTED bool await_steady(void*, Word* word, Word value, bool timed, Ns s, Ns ns) asm(
    "tricolor_sim__ZNSt28__atomic_futex_unsigned_base26_M_futex_wait_until_steady" UNTIL);
bool await_steady(void* self, Word* word, Word value, bool timed, Ns s, Ns ns) {
  return await_word(self, word, value, timed, s, ns);
}
SIMULATED(void, _ZNSt28__atomic_futex_unsigned_base19_M_futex_notify_allEPj, std::uint32_t* word) {
  const std::uint64_t args[6] = {address_of(word), FUTEX_WAKE, 0x7fffffff, 0, 0, 0};
  call(SYS_futex, args, CALLER_PC);
}

SIMULATED(int, clock_gettime, clockid_t, timespec* t) {
  const std::int64_t now = read_clock();
  writable(t) = {now / 1'000'000'000, now % 1'000'000'000};
  return 0;
}
SIMULATED(int, gettimeofday, timeval* t, void*) {
  const std::int64_t now = read_clock();
  writable(t) = {now / 1'000'000'000, now % 1'000'000'000 / 1000};
  return 0;
}
SIMULATED(time_t, time, time_t* t) {
  const time_t now = read_clock() / 1'000'000'000;
  if (t != nullptr) writable(t) = now;
  return now;
}
SIMULATED(clock_t, clock) { return read_clock() / 1000; }
SIMULATED(std::int64_t, _ZNSt6chrono3_V212steady_clock3nowEv) { return read_clock(); }
SIMULATED(std::int64_t, _ZNSt6chrono3_V212system_clock3nowEv) { return read_clock(); }

// The same in every run: a program that wants other numbers asks for a choice by its own means.
SIMULATED(void, srand, unsigned seed) {
  sim::the_machine->touches_all();
  the_process().mut_own().random = seed;
}
SIMULATED(int, rand) {
  sim::the_machine->touches_all();
  std::uint64_t& state = the_process().mut_own().random;
  state = state * 6364136223846793005ull + 1442695040888963407ull;
  return static_cast<int>(state >> 33);
}

// More than one thread may run at any time.
extern "C" {
[[gnu::visibility("default")]] char tricolor_sim___libc_single_threaded = 0;
}
