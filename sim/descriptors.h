// What the simulated kernel knows of descriptors: counters (eventfd), and epolls that watch them.
//
// As on Linux, who adds to a counter has news for those who would read, and who takes from it for
// those who would write, whatever it was before; an epoll keeps a list of the counters with news,
// and says of each what holds when it is asked.
#pragma once

#include <cstdint>

namespace sim {

inline constexpr std::uint32_t descriptors_max = 16;
inline constexpr std::uint32_t first_descriptor = 3;

struct alignas(64) Descriptor {
  enum Kind : std::uint32_t { closed, counter, epoll } kind;
  std::uint64_t count;  // of an epoll: turns given
  // Of a counter that is watched:
  std::uint32_t watcher;  // the number of the epoll; 0: none
  std::uint32_t events;   // that it is watched for
  std::uint64_t data;     // to be handed out with them
  std::uint64_t turn;     // in the epoll's list; 0: not in it
};

struct Descriptors {
  Descriptor by_number[descriptors_max];  // the first ones are never used
};

// Of those calls; SYS_write is one unless it is to a standard file.
bool is_descriptor_call(long number, const std::uint64_t (&args)[6]);

}  // namespace sim
