// The simulated kernel: Linux system calls of the runtime, answered on virtual time.
#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>

#include "sim/descriptors.h"
#include "sim/kernels.h"
#include "sim/machine.h"
#include "sim/schedule.h"

namespace sim {

using model::AccessKind;
using model::machine_object;
using model::MachineObject;

namespace {

constexpr std::uint64_t mmap_alignment = 1 << 16;
constexpr int unmapped_byte = 0xdb;  // eight of them are no canonical address

// A timespec (unit 1 ns) or timeval (unit 1000 ns) in nanoseconds.
std::int64_t seconds_and(std::uint64_t address, std::int64_t unit) {
  std::int64_t fields[2];
  std::memcpy(fields, reinterpret_cast<const void*>(address), sizeof fields);
  return fields[0] * 1'000'000'000 + fields[1] * unit;
}

}  // namespace

void copy_out(Machine& m, std::uint64_t to, const void* from, std::uint64_t bytes) {
  if (bytes == 0) return;
  if (in_region(to)) m.space.touch(to, bytes);
  auto* at = reinterpret_cast<void*>(to);
  from != nullptr ? std::memcpy(at, from, bytes) : std::memset(at, 0, bytes);
}

void Machine::clock_read() {
  touches(machine_object(MachineObject::clock, 0), 1, AccessKind::read);
}

// Everybody else may move first; then the time has passed.
void Machine::sleep(std::int64_t ns) {
  if (!fair) {
    yield();
    touches(machine_object(MachineObject::clock, 0), 1, AccessKind::add);
    hot->now += ns;  // sleeps that overlap commute
    return;
  }
  clock_read();
  const std::int64_t end = hot->now + ns;
  yield();
  pass(end);
}

void Machine::pass(std::int64_t end) {
  touches(machine_object(MachineObject::clock, 0), 1, AccessKind::write);
  if (hot->now < end) hot->now = end;
}

void Machine::block(std::uint64_t address, std::int64_t timeout_ns) {
  const std::uint32_t self = hot->current;
  Hot& h = *hot;
  Thread& t = space.mut(threads[self]);
  t.futex_address = address;
  t.timed_out = 0;
  t.deadline = timeout_ns < 0 ? -1 : h.now + timeout_ns;
  if (timeout_ns >= 0) clock_read();
  t.wait_number = ++h.wait_order;
  h.runnable &= ~(std::uint64_t{1} << self);
  scheduling_point();
  // Time moves when nobody else can.
  const bool timed_out = threads[self].timed_out != 0;
  timed_out ? touches(0, 1, AccessKind::after_all) : goes_on();
  record(Operation::wake, address, 4, 0, 0);
}

void Machine::lets_go_on(std::uint32_t thread) {
  touches(machine_object(MachineObject::thread, std::uint64_t{thread} << 3), 1, AccessKind::signal);
}

void Machine::goes_on() {
  touches(machine_object(MachineObject::thread, std::uint64_t{hot->current} << 3), 1,
          AccessKind::wait);
}

std::int64_t Machine::wake(std::uint64_t address, std::uint64_t count) {
  std::int64_t woken = 0;
  while (static_cast<std::uint64_t>(woken) < count) {
    std::uint32_t first = no_thread;
    for (std::uint32_t t = 0; t < options.threads; t++) {
      if (threads[t].futex_address != address || threads[t].done != 0) continue;
      if (first == no_thread || threads[t].wait_number < threads[first].wait_number) first = t;
    }
    if (first == no_thread) break;
    Thread& t = space.mut(threads[first]);
    t.futex_address = 0;
    t.deadline = -1;
    hot->runnable |= std::uint64_t{1} << first;
    lets_go_on(first);
    woken++;
  }
  return woken;
}

// Whether there is something to choose depends on what others used up.
void Machine::touches_budget(model::ChoiceKind kind, AccessKind access) {
  touches(machine_object(MachineObject::budget, static_cast<std::uint64_t>(kind) << 3), 1, access);
}

Machine::Causeless Machine::ends_without_cause(std::int64_t timeout_ns) {
  if (options.spurious_wakeups == 0 || is_alone()) return Causeless::no;
  touches_budget(model::ChoiceKind::spurious, AccessKind::read);
  if (kernel->spurious_wakeups == options.spurious_wakeups) {
    bounds_hit.add(Bound::spurious);
    return Causeless::no;
  }
  const bool timed = timeout_ns >= 0 && !scenario->measures_time;
  const auto end = static_cast<Causeless>(choose(model::ChoiceKind::spurious, timed ? 3 : 2));
  if (end == Causeless::no) return end;
  touches_budget(model::ChoiceKind::spurious, AccessKind::write);
  space.mut(*kernel).spurious_wakeups++;
  if (end == Causeless::time_out) pass(hot->now + timeout_ns);
  return end;
}

bool Machine::is_refused() {
  if (options.refusals == 0 || is_alone()) return false;
  touches_budget(model::ChoiceKind::refuse, AccessKind::read);
  if (kernel->refusals == options.refusals) {
    bounds_hit.add(Bound::refusals);
    return false;
  }
  if (choose(model::ChoiceKind::refuse, 2) == 0) return false;
  touches_budget(model::ChoiceKind::refuse, AccessKind::write);
  space.mut(*kernel).refusals++;
  return true;
}

std::int64_t Machine::futex(const std::uint64_t (&args)[6]) {
  const std::uint64_t address = args[0];
  const std::uint64_t operation = args[1] & 127;
  const std::uint64_t queue = machine_object(MachineObject::queue, address);
  if (operation == FUTEX_WAKE) {
    touches(queue, 1, AccessKind::write);
    return wake(address, args[2]);
  }
  if (operation != FUTEX_WAIT && operation != futex_wait_always) return -ENOSYS;
  if (operation == FUTEX_WAIT) {
    std::uint32_t value = 0;
    std::memcpy(&value, reinterpret_cast<const void*>(address), sizeof value);
    if (keeps_values_ && !is_alone()) memory->kernel_reads(*this, address, sizeof value);
    touches(address, sizeof value, AccessKind::read);
    swaps(address, sizeof value, static_cast<std::uint32_t>(args[2]), value, false);
    if (value != static_cast<std::uint32_t>(args[2])) return -EAGAIN;
  }
  if (is_alone()) return 0;
  const std::int64_t timeout = args[3] != 0 ? seconds_and(args[3], 1) : -1;
  switch (ends_without_cause(timeout)) {
    case Causeless::no:
      break;
    case Causeless::wake_up:
      return 0;
    case Causeless::time_out:
      return -ETIMEDOUT;
  }
  touches(queue, 1, AccessKind::write);
  block(address, timeout);
  return threads[hot->current].timed_out != 0 ? -ETIMEDOUT : 0;
}

std::int64_t Machine::simulated_mmap(const std::uint64_t (&args)[6]) {
  const std::uint64_t bytes = (args[1] + mmap_alignment - 1) / mmap_alignment * mmap_alignment;
  const bool accessible = (args[2] & PROT_WRITE) != 0;
  if ((args[3] & MAP_FIXED) != 0) {
    space.allow(args[0], args[1], accessible);
    // Fresh pages read as zero.
    if (accessible && !is_alone()) {
      space.touch(args[0], 1);
    }
    return static_cast<std::int64_t>(args[0]);
  }
  if (is_refused()) return -ENOMEM;
  touches(machine_object(MachineObject::mappings, 0), 1, AccessKind::write);
  const std::uint64_t floor = reinterpret_cast<std::uint64_t>(env->memory_end);
  const std::uint64_t at = floor + kernel->mapped;
  if (at + bytes > space_base + region_bytes) return -ENOMEM;
  space.mut(*kernel).mapped += bytes;
  if (!accessible) space.allow(at, bytes, false);
  return static_cast<std::int64_t>(at);
}

// Once nobody else can move: what the others would have done is seen, and no explorer that reduces
// takes an execution which they had no part in for all of them.
void Machine::exit_group(std::uint64_t status) {
  if (status != 0) violate("program.exit_status", "the process ends with an error");
  block(0, 0);
  end_others();
  end_thread();
}

std::int64_t Machine::system_call(long number, const std::uint64_t (&args)[6]) {
  mix(static_cast<std::uint64_t>(number) << 8 | hot->current);
  const bool only_yields =
      number == SYS_sched_yield || number == SYS_nanosleep || number == SYS_select;
  if (!only_yields) awaits.progress(hot->current);
  if (is_descriptor_call(number, args)) return descriptor_call(*this, number, args);
  switch (number) {
    case SYS_futex:
      return futex(args);
    case SYS_mmap:
      return simulated_mmap(args);
    case SYS_munmap:
      // Nobody is given these addresses again: what still looks at them finds no sense in them.
      touches(args[0], static_cast<std::uint32_t>(args[1]), AccessKind::write);
      if (!space.is_allowed(args[0])) return 0;
      if (keeps_values_ && !is_alone()) memory->before_plain_write(*this, args[0], args[1]);
      space.touch(args[0], args[1]);
      std::memset(reinterpret_cast<void*>(args[0]), unmapped_byte, args[1]);
      return 0;
    case SYS_madvise:
      return 0;
    case SYS_mincore:
      return -ENOMEM;
    case SYS_sched_yield:
      yield();
      return 0;
    case SYS_nanosleep:
      sleep(seconds_and(args[0], 1));
      return 0;
    case SYS_select:
      sleep(seconds_and(args[4], 1000));
      return 0;
    case SYS_setitimer:
      set_timer(args[1]);
      return 0;
    case SYS_write:  // diagnostics
      if (options.shows_writes) std::fwrite(reinterpret_cast<void*>(args[1]), 1, args[2], stderr);
      return static_cast<std::int64_t>(args[2]);
    case SYS_sched_getaffinity: {
      const std::uint64_t cpus =
          env->procs >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << env->procs) - 1;
      space.touch(args[2], args[1]);
      std::memset(reinterpret_cast<void*>(args[2]), 0, args[1]);
      std::memcpy(reinterpret_cast<void*>(args[2]), &cpus, 8);
      return 8;
    }
    case SYS_exit_group:
      exit_group(args[0]);
    case SYS_clock_gettime: {
      clock_read();
      const timespec ts{hot->now / 1'000'000'000, hot->now % 1'000'000'000};
      space.touch(args[1], sizeof ts);
      std::memcpy(reinterpret_cast<void*>(args[1]), &ts, sizeof ts);
      return 0;
    }
    default:
      violate("sim.unknown_system_call",
              "system call " + std::to_string(number) + " is not simulated");
  }
}

}  // namespace sim
