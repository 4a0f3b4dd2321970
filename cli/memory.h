// Memory that processes occupy.
#pragma once

#include <sys/types.h>

#include <cstdint>

namespace cli {

// Most that this process ever had in memory, bytes.
std::uint64_t peak_rss_bytes();
// What a process has in memory now, bytes; 0 when it is gone. `pid` 0: this one.
std::uint64_t resident_bytes(pid_t pid = 0);

}  // namespace cli
