// What the kernel says of it.
#include "cli/memory.h"

#include <fmt/format.h>
#include <unistd.h>

#include <fstream>

namespace cli {

std::uint64_t peak_rss_bytes(int whose) {
  rusage usage{};
  getrusage(whose, &usage);
  return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

std::uint64_t resident_bytes(pid_t pid) {
  std::ifstream in(pid == 0 ? "/proc/self/statm" : fmt::format("/proc/{}/statm", pid));
  std::uint64_t all = 0, resident = 0;
  in >> all >> resident;
  return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace cli
