// The simulated FreeBSD.
#include <linux/futex.h>
#include <sys/syscall.h>

#include <cstring>

#include "sim/bsd.h"
#include "sim/machine.h"

namespace sim {

namespace {

constexpr long thr_self = 432, umtx_op = 454, thr_new = 455, pipe2 = 542;
constexpr std::uint64_t umtx_wait_uint_private = 15, umtx_wake_private = 16;

// A value that differs is no error.
std::int64_t wait(Machine& m, const KernelArguments& args, std::uint64_t pc) {
  const std::int64_t r = linux_call(m, SYS_futex, {args[0], FUTEX_WAIT, args[2], args[4]}, pc);
  return r == -ETIMEDOUT ? bsd_etimedout : 0;
}

std::int64_t start(Machine& m, std::uint64_t param, std::uint64_t pc) {
  struct {
    std::uint64_t function, argument, stack[2], tls[2], child_tid;
  } p;
  std::memcpy(&p, reinterpret_cast<const void*>(param), sizeof p);
  return bsd_start(m, p.function, p.argument, p.child_tid, pc) < 0 ? bsd_eagain : 0;
}

}  // namespace

std::int64_t freebsd_call(Machine& m, long number, const KernelArguments& args, std::uint64_t pc) {
  if (const auto common = bsd_call(m, runtime_core::freebsd_numbers, number, args, pc)) {
    return *common;
  }
  switch (number) {
    case umtx_op:
      if (args[1] == umtx_wait_uint_private) return wait(m, args, pc);
      if (args[1] != umtx_wake_private) break;
      linux_call(m, SYS_futex, {args[0], FUTEX_WAKE, args[2]}, pc);
      return 0;
    case pipe2:
      return linux_call(m, call_pipe, {args[0], args[1] & bsd_nonblock}, pc);
    case thr_new:
      return start(m, args[0], pc);
    case thr_self: {
      const std::int64_t id = linux_call(m, SYS_gettid, args, pc);
      copy_out(m, args[0], &id, sizeof id);
      return 0;
    }
    default:
      break;
  }
  m.violate("sim.unknown_system_call",
            "system call " + std::to_string(number) + " of freebsd is not simulated");
}

}  // namespace sim
