// The simulated OpenBSD. A thread that goes to sleep gives its lock up first, and only then is
// asleep: what others do in between is seen by who looks at the word `abort`, and by nobody else.
#include <linux/futex.h>
#include <sys/syscall.h>

#include <cstring>

#include "sim/bsd.h"
#include "sim/machine.h"

// Of sim/hooks.cc: a step, like one of the program's.
extern "C" std::uint32_t tricolor_exchange32(volatile std::uint32_t* at, std::uint32_t value,
                                             int order, const std::uint64_t* words);

namespace sim {

namespace {

constexpr long tfork = 8, thrsleep = 94, pipe = 263, getthrid = 299, thrwakeup = 301;
constexpr std::int64_t esrch = 3, eintr = 4, ewouldblock = bsd_eagain;

// The deadline is a time, Linux's a span.
std::int64_t sleep(Machine& m, const KernelArguments& args, std::uint64_t pc) {
  const auto [ident, clock, deadline, lock, abort, rest] = args;
  if (lock != 0) {
    tricolor_exchange32(reinterpret_cast<volatile std::uint32_t*>(lock), 0, __ATOMIC_SEQ_CST,
                        nullptr);
  }
  runtime_core::Timespec span{};
  if (deadline != 0) {
    runtime_core::Timespec now{}, end{};
    linux_call(m, SYS_clock_gettime, {clock, reinterpret_cast<std::uint64_t>(&now)}, pc);
    std::memcpy(&end, reinterpret_cast<const void*>(deadline), sizeof end);
    const std::int64_t left =
        (end.sec - now.sec) * runtime_core::ns_per_second + end.nsec - now.nsec;
    if (left <= 0) return ewouldblock;
    span = {left / runtime_core::ns_per_second, left % runtime_core::ns_per_second};
  }
  const std::uint64_t timeout = deadline != 0 ? reinterpret_cast<std::uint64_t>(&span) : 0;
  // The runtime names the word that it sleeps on, or none.
  if (abort != 0 && abort != ident) m.violate("sim.unknown_system_call", "thrsleep: another abort");
  const std::uint64_t wait = abort != 0 ? FUTEX_WAIT : futex_wait_always;
  const std::int64_t r = linux_call(m, SYS_futex, {ident, wait, 0, timeout}, pc);
  if (r == -ETIMEDOUT) return ewouldblock;
  return r == 0 ? 0 : eintr;
}

}  // namespace

std::int64_t openbsd_call(Machine& m, long number, const KernelArguments& args, std::uint64_t pc) {
  if (const auto common = bsd_call(m, runtime_core::openbsd_numbers, number, args, pc)) {
    return *common;
  }
  switch (number) {
    case thrsleep:
      return sleep(m, args, pc);
    case thrwakeup:
      return linux_call(m, SYS_futex, {args[0], FUTEX_WAKE, args[1]}, pc) > 0 ? 0 : esrch;
    case tfork: {
      std::uint64_t param[3];
      std::memcpy(param, reinterpret_cast<const void*>(args[0]), sizeof param);
      const std::int64_t id = bsd_start(m, args[3], args[2], param[1], pc);
      return id < 0 ? -bsd_eagain : id;
    }
    case pipe:
      return linux_call(m, call_pipe, {args[0], 0}, pc);
    case getthrid:
      return linux_call(m, SYS_gettid, args, pc);
    default:
      m.violate("sim.unknown_system_call",
                "system call " + std::to_string(number) + " of openbsd is not simulated");
  }
}

}  // namespace sim
