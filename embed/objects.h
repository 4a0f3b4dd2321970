// What every synchronisation object of the program needs of the machine.
#pragma once

#include <cstdint>

#include "embed/process.h"
#include "embed/symbols.h"
#include "embed/waits.h"
#include "sim/machine.h"

#define CALLER_PC reinterpret_cast<std::uint64_t>(__builtin_return_address(0))

namespace embed {

inline std::uint64_t address_of(const volatile void* p) {
  return reinterpret_cast<std::uint64_t>(p);
}

// The object, journaled, before it is written.
template <class T>
T& writable(T* object) {
  sim::the_machine->space.touch(address_of(object), sizeof(T));
  return *object;
}

// The running thread sees what was done before the last release at `address`, and lets others see
// what it did.
inline void acquire(std::uint64_t address) {
  sim::Machine& m = *sim::the_machine;
  if (!m.is_alone()) m.memory->acquire(m, address & ~std::uint64_t{7});
}
inline void release(std::uint64_t address) {
  sim::Machine& m = *sim::the_machine;
  if (!m.is_alone()) m.memory->release(m, address & ~std::uint64_t{7});
}
// What others released there before stays released.
inline void release_too(std::uint64_t address) {
  sim::Machine& m = *sim::the_machine;
  if (!m.is_alone()) m.memory->release_too(m, address & ~std::uint64_t{7});
}

// An absolute time of the program in virtual nanoseconds; every clock shows the same time.
template <class Time>
std::int64_t nanoseconds(const Time* t) {
  return std::int64_t{t->tv_sec} * 1'000'000'000 + t->tv_nsec;
}

}  // namespace embed
