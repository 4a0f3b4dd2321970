// Memory that processes occupy.
#pragma once

#include <sys/resource.h>
#include <sys/types.h>

#include <cstdint>

namespace cli {

// Most that this process ever had in memory, bytes; RUSAGE_CHILDREN: that a child of it had.
std::uint64_t peak_rss_bytes(int whose = RUSAGE_SELF);
// What a process has in memory now, bytes; 0 when it is gone. `pid` 0: this one.
std::uint64_t resident_bytes(pid_t pid = 0);

}  // namespace cli
