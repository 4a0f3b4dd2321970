// The simulated kernels: what the system calls of a program mean. One file a kernel, one line in
// sim/kernels.cc.
//
// The machine answers Linux's calls (sim/kernel.cc, sim/process.cc). Another kernel says what its
// own calls are in these terms, and what their results look like.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace sim {

struct Machine;
using KernelArguments = std::uint64_t[6];

struct KernelEntry {
  const char* name;
  const char* description;
  std::uint32_t lock_flavour;  // what the runtime builds its locks on there; see Tuning
  // Answers a call as the program's stub for it would; null: the machine does.
  std::int64_t (*call)(Machine& m, long number, const KernelArguments& args, std::uint64_t pc);
};
// In the order of runtime_core::System.
const std::vector<KernelEntry>& kernels();
const KernelEntry* find_kernel(std::string_view name);

// An operation of SYS_futex that Linux does not have: a wait that looks at no value.
inline constexpr std::uint64_t futex_wait_always = 0x40;
// Calls of the machine's own, which Linux does not have. Errors are Linux's. What they take is in
// sim/kqueue.cc.
inline constexpr long call_pipe = 0x1000, call_kqueue = 0x1001, call_kevent = 0x1002;
// A system call of Linux, with its scheduling point if it has one; -errno when it fails. `pc`:
// where the program is.
std::int64_t linux_call(Machine& m, long number, const KernelArguments& args, std::uint64_t pc);
// Stores to the program's memory; a null `from`: zeros.
void copy_out(Machine& m, std::uint64_t to, const void* from, std::uint64_t bytes);

}  // namespace sim
