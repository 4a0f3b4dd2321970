// What the compiler calls for every plain access of instrumented code, and what calls of mem* were
// redirected to. Plain accesses are no steps: they must not race, and the race detector sees to it.
#include <cstdint>
#include <cstring>

#include "sim/fault.h"
#include "sim/machine.h"

namespace {

using sim::Machine;
using sim::the_machine;
using u64 = std::uint64_t;

#define CALLER reinterpret_cast<u64>(__builtin_return_address(0))

// A write to the thread's own stack is local state; any other may be seen.
void note_plain_write(Machine& m, u64 address, u64 bytes) {
  m.memory->before_plain_write(m, address, bytes);
  if (address - m.running_stack().low >= sim::fiber_stack_bytes) m.awaits.progress(m.current());
  m.changed(address, bytes);
}

// For the second run that looks for the other access of a race.
void watch(Machine& m, u64 address, u64 bytes, u64 pc) {
  sim::Watch& w = m.watch;
  if (m.current() != w.thread || address >= w.address + w.bytes || w.address >= address + bytes) {
    return;
  }
  w.stack = sim::call_stack(pc);
}

void plain_access(u64 address, u64 bytes, bool write, u64 pc) {
  if (!sim::in_region(address) || bytes == 0) return;
  Machine& m = *the_machine;
  if (!m.is_alone()) {
    if (m.watch.thread != sim::no_thread) watch(m, address, bytes, pc);
    m.races.plain(m, address, bytes, write, pc);
    if (write) note_plain_write(m, address, bytes);
  }
  if (write) m.space.touch(address, bytes);
}

}  // namespace

extern "C" {

void __tsan_vptr_update(void** at, void*) {
  plain_access(reinterpret_cast<u64>(at), 8, true, CALLER);
}
void __tsan_vptr_read(void** at) { plain_access(reinterpret_cast<u64>(at), 8, false, CALLER); }

#define PLAIN(name, bytes, write) \
  void __tsan_##name(void* at) { plain_access(reinterpret_cast<u64>(at), bytes, write, CALLER); }
PLAIN(read1, 1, false)
PLAIN(read2, 2, false)
PLAIN(read4, 4, false)
PLAIN(read8, 8, false)
PLAIN(read16, 16, false)
PLAIN(write1, 1, true)
PLAIN(write2, 2, true)
PLAIN(write4, 4, true)
PLAIN(write8, 8, true)
PLAIN(write16, 16, true)
PLAIN(unaligned_read2, 2, false)
PLAIN(unaligned_read4, 4, false)
PLAIN(unaligned_read8, 8, false)
PLAIN(unaligned_read16, 16, false)
PLAIN(unaligned_write2, 2, true)
PLAIN(unaligned_write4, 4, true)
PLAIN(unaligned_write8, 8, true)
PLAIN(unaligned_write16, 16, true)
PLAIN(read_write1, 1, true)
PLAIN(read_write2, 2, true)
PLAIN(read_write4, 4, true)
PLAIN(read_write8, 8, true)
PLAIN(read_write16, 16, true)
PLAIN(unaligned_read_write2, 2, true)
PLAIN(unaligned_read_write4, 4, true)
PLAIN(unaligned_read_write8, 8, true)
PLAIN(unaligned_read_write16, 16, true)

void __tsan_read_range(void* at, unsigned long bytes) {
  plain_access(reinterpret_cast<u64>(at), bytes, false, CALLER);
}
void __tsan_write_range(void* at, unsigned long bytes) {
  plain_access(reinterpret_cast<u64>(at), bytes, true, CALLER);
}

void* tricolor_memset(void* to, int value, std::size_t bytes) {
  plain_access(reinterpret_cast<u64>(to), bytes, true, CALLER);
  return std::memset(to, value, bytes);
}
void* tricolor_memcpy(void* to, const void* from, std::size_t bytes) {
  plain_access(reinterpret_cast<u64>(from), bytes, false, CALLER);
  plain_access(reinterpret_cast<u64>(to), bytes, true, CALLER);
  return std::memcpy(to, from, bytes);
}
void* tricolor_memmove(void* to, const void* from, std::size_t bytes) {
  plain_access(reinterpret_cast<u64>(from), bytes, false, CALLER);
  plain_access(reinterpret_cast<u64>(to), bytes, true, CALLER);
  return std::memmove(to, from, bytes);
}

void* tricolor_switch_stack(void** from, void* to, void* value) {
  plain_access(reinterpret_cast<u64>(from), sizeof *from, true, CALLER);
  return the_machine->switch_stack(from, to, value);
}

}  // extern "C"
