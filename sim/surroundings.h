// What a program can see of its host besides what the machine gives it, as far as an audit of
// determinism can make it another (docs/determinism.md).
#pragma once

#include <cstdint>

namespace sim {

struct Surroundings {
  bool held = false;           // an audit: stacks are wiped, and the time stamp is answered
  bool other_memory = false;   // what was never written holds another pattern
  bool other_time = false;     // the processor's time stamp shows another time
  bool other_buckets = false;  // hash tables of the C++ library have other sizes
};
extern Surroundings surroundings;

// What never written memory holds: one of two bytes, each of which counts as the other wherever an
// audit compares.
inline constexpr std::uint8_t memory_pattern = 0xa5, other_memory_pattern = 0x5a;
inline std::uint8_t pattern_of_memory() {
  return surroundings.other_memory ? other_memory_pattern : memory_pattern;
}

// From now on this process sees `s`. False when the time stamp cannot be answered here.
bool enter(const Surroundings& s);

// An execution begins: the time stamp starts over.
void restart_time_stamp();
// Behind the instruction of the program that read it first in this process; 0: none.
std::uint64_t time_stamp_reader();
// In a fault handler, with its ucontext: whether the fault was a look at the time stamp, which then
// has been answered.
bool answer_time_stamp(void* context);

}  // namespace sim
