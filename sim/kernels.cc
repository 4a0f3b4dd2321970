// The table of simulated kernels.
#include "sim/kernels.h"

namespace sim {

std::int64_t freebsd_call(Machine& m, long number, const KernelArguments& args, std::uint64_t pc);
std::int64_t openbsd_call(Machine& m, long number, const KernelArguments& args, std::uint64_t pc);

const std::vector<KernelEntry>& kernels() {
  static const std::vector<KernelEntry> table = {
      {"linux", "futexes; clone; epoll", 0, nullptr},
      {"freebsd", "umtx; thr_new; kqueue", 0, freebsd_call},
      {"openbsd", "thrsleep and thrwakeup, on which locks of semaphores are built; tfork; kqueue",
       1, openbsd_call},
  };
  return table;
}

const KernelEntry* find_kernel(std::string_view name) {
  for (const KernelEntry& entry : kernels()) {
    if (name == entry.name) return &entry;
  }
  return nullptr;
}

}  // namespace sim
