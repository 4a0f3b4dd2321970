// Patterns of memory, and the time stamp: a process may ask for a fault whenever it is read.
#include "sim/surroundings.h"

#include <sys/prctl.h>
#include <ucontext.h>

#include "sim/space.h"

namespace sim {

Surroundings surroundings;

namespace {

constexpr std::uint64_t first_time = std::uint64_t{1} << 40, other_first_time = 0x2a5'5a13'7b91;
constexpr std::uint64_t time_between = 1000;
std::uint64_t reads = 0;
std::uint64_t reader = 0;

}  // namespace

bool enter(const Surroundings& s) {
  surroundings = s;
  return prctl(PR_SET_TSC, PR_TSC_SIGSEGV) == 0;
}

void restart_time_stamp() { reads = 0; }

std::uint64_t time_stamp_reader() { return reader; }

bool answer_time_stamp(void* context) {
  if (!surroundings.held) return false;
  auto& registers = static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
  const auto* code = reinterpret_cast<const std::uint8_t*>(registers[REG_RIP]);
  const bool short_form = code[0] == 0x0f && code[1] == 0x31;                    // rdtsc
  const bool long_form = code[0] == 0x0f && code[1] == 0x01 && code[2] == 0xf9;  // rdtscp
  if (!short_form && !long_form) return false;
  const std::uint64_t first = surroundings.other_time ? other_first_time : first_time;
  const std::uint64_t now = first + time_between * reads++;
  registers[REG_RAX] = static_cast<greg_t>(now & 0xffffffff);
  registers[REG_RDX] = static_cast<greg_t>(now >> 32);
  if (long_form) registers[REG_RCX] = 0;  // the processor's number
  registers[REG_RIP] += short_form ? 2 : 3;
  const bool by_program = in_region(static_cast<std::uint64_t>(registers[REG_RSP]));
  if (reader == 0 && by_program) reader = static_cast<std::uint64_t>(registers[REG_RIP]);
  return true;
}

}  // namespace sim
