// Calls of the simulated BSDs in the machine's terms.
#include "sim/bsd.h"

#include <sys/syscall.h>

#include <csignal>
#include <cstring>

#include "sim/process.h"

namespace sim {

namespace {

constexpr long bsd_exit = 1, bsd_read = 3, bsd_write = 4, bsd_open = 5, bsd_close = 6,
               bsd_munmap = 73, bsd_madvise = 75, bsd_fcntl = 92, bsd_sysctl = 202;
constexpr std::uint64_t f_setfd = 2, f_setfl = 4;
constexpr std::uint32_t bsd_ss_disable = 4, linux_ss_disable = 2;

std::uint64_t address_of(const void* p) { return reinterpret_cast<std::uint64_t>(p); }

// What the stubs make of a result: an error is a positive number, or a negative one.
std::int64_t positive(std::int64_t result) { return result < 0 ? -result : result; }
std::int64_t negative(std::int64_t result) { return result == -EAGAIN ? -bsd_eagain : result; }

// The only device is the one that gives random bytes: constants here.
std::int64_t open_random(Machine& m) {
  Descriptor device{};
  device.kind = Descriptor::random;
  return negative(open_descriptor(m, device));
}

std::int64_t read_random(Machine& m, std::uint64_t to, std::uint64_t bytes) {
  for (std::uint64_t i = 0; i < bytes; i++) {
    const auto value = static_cast<std::uint8_t>(0x9d + 0x3b * i);
    copy_out(m, to + i, &value, 1);
  }
  return static_cast<std::int64_t>(bytes);
}

std::int64_t processor_count(Machine& m, const KernelArguments& args) {
  const std::uint32_t count = m.env->procs;
  copy_out(m, args[2], &count, sizeof count);
  return 0;
}

std::int64_t set_signal_stack(Machine& m, std::uint64_t from, std::uint64_t pc) {
  struct {
    std::uint64_t address, bytes;
    std::uint32_t flags;
  } stack;
  std::memcpy(&stack, reinterpret_cast<const void*>(from), sizeof stack);
  const SignalStack linux_stack{stack.address,
                                stack.flags == bsd_ss_disable ? std::int32_t{linux_ss_disable} : 0,
                                stack.bytes};
  return linux_call(m, SYS_sigaltstack, {address_of(&linux_stack)}, pc);
}

// One word of 32 bits in registers, or pointers to sets.
std::int64_t set_signal_mask(Machine& m, const runtime_core::BsdNumbers& numbers,
                             const KernelArguments& args, std::uint64_t pc) {
  if (numbers.sigset_bytes > sizeof(std::uint32_t)) {
    return linux_call(m, SYS_rt_sigprocmask, {SIG_SETMASK, args[1], args[2], 8}, pc);
  }
  std::uint64_t old = 0;
  const std::uint64_t set = args[1];
  linux_call(m, SYS_rt_sigprocmask, {SIG_SETMASK, address_of(&set), address_of(&old), 8}, pc);
  return static_cast<std::int64_t>(old);
}

// A descriptor's flags: whether it never blocks. What an exec does to it does not matter.
std::int64_t control_file(Machine& m, const KernelArguments& args) {
  if (args[1] == f_setfd) return 0;
  Descriptor* d = find_descriptor(m, args[0], Descriptor::pipe);
  if (d == nullptr || args[1] != f_setfl) {
    m.violate("sim.unknown_system_call", "fcntl: only whether a pipe blocks, and close-on-exec");
  }
  m.space.mut(*d).never_blocks = (args[2] & bsd_nonblock) != 0 ? 1 : 0;
  return 0;
}

}  // namespace

std::int64_t bsd_start(Machine& m, std::uint64_t function, std::uint64_t argument,
                       std::uint64_t tid, std::uint64_t pc) {
  const std::int64_t id = linux_call(m, SYS_clone, {0, 0, argument, function}, pc);
  // The thread stores the same.
  if (id > 0) copy_out(m, tid, &id, sizeof id);
  return id;
}

std::optional<std::int64_t> bsd_call(Machine& m, const runtime_core::BsdNumbers& numbers,
                                     long number, const KernelArguments& args, std::uint64_t pc) {
  if (number == numbers.clock_gettime) return linux_call(m, SYS_clock_gettime, args, pc);
  if (number == numbers.nanosleep) return linux_call(m, SYS_nanosleep, args, pc);
  if (number == numbers.sched_yield) return linux_call(m, SYS_sched_yield, args, pc);
  if (number == numbers.mmap) return positive(linux_call(m, SYS_mmap, args, pc));
  if (number == numbers.sigprocmask) return set_signal_mask(m, numbers, args, pc);
  if (number == numbers.sigaltstack) return set_signal_stack(m, args[0], pc);
  if (number == numbers.sigaction) {
    return positive(linux_call(m, SYS_rt_sigaction, {args[0], args[1], args[2], 8}, pc));
  }
  if (number == numbers.kqueue) return negative(linux_call(m, call_kqueue, args, pc));
  if (number == numbers.kevent) return negative(linux_call(m, call_kevent, args, pc));
  if (number == numbers.setitimer) return linux_call(m, SYS_setitimer, args, pc);
  switch (number) {
    case bsd_exit:
      return linux_call(m, SYS_exit_group, args, pc);
    case bsd_open:
      return open_random(m);
    case bsd_read:
      if (find_descriptor(m, args[0], Descriptor::random) != nullptr) {
        return read_random(m, args[1], args[2]);
      }
      return negative(linux_call(m, SYS_read, args, pc));
    case bsd_close:
      return negative(linux_call(m, SYS_close, args, pc));
    case bsd_write:
      return negative(linux_call(m, SYS_write, args, pc));
    case bsd_fcntl:
      return control_file(m, args);
    case bsd_munmap:
      return linux_call(m, SYS_munmap, args, pc);
    case bsd_madvise:
      return linux_call(m, SYS_madvise, args, pc);
    case bsd_sysctl:
      return processor_count(m, args);
    default:
      return std::nullopt;
  }
}

}  // namespace sim
