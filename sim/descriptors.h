// What the simulated kernels know of descriptors: counters (eventfd), ends of pipes, and the queues
// (epoll, kqueue) that watch them.
//
// Who adds to what can be read has news for those who would read, and who takes from it for those
// who would write, whatever it was before. A queue keeps a list of what it watches and has news of,
// and says of each what holds when it is asked. The BSDs look at both filters of a pipe's end
// whenever it is used, and so give news more often: nobody may rely on those.
#pragma once

#include <cstdint>

namespace sim {

struct Machine;

inline constexpr std::uint32_t descriptors_max = 16;
inline constexpr std::uint32_t first_descriptor = 3;

// What a queue watches a descriptor for.
struct Interest {
  std::uint32_t by;      // the queue's number; 0: nobody's
  std::uint32_t events;  // of epoll: which
  std::uint64_t data;    // to be handed out
  std::uint64_t turn;    // in the queue's list; 0: not in it
};
inline constexpr std::uint32_t once_told = std::uint32_t{1} << 31;  // in `events`: edge triggered

struct alignas(64) Descriptor {
  enum Kind : std::uint16_t { closed, counter, pipe, random, epoll, kqueue } kind;
  std::uint16_t never_blocks;  // of a pipe's end; all others never do
  std::uint32_t other;         // the other end; 0: closed
  std::uint64_t count;  // of a counter or what a pipe's end can read; of a queue: turns given
  Interest watch[2];    // an epoll has one, a kqueue one for each filter
};

struct Descriptors {
  Descriptor by_number[descriptors_max];  // the first ones are never used
};

// Whether it is a call on descriptors; SYS_write is one unless it is to a standard file.
bool is_descriptor_call(long number, const std::uint64_t (&args)[6]);
std::int64_t descriptor_call(Machine& m, long number, const std::uint64_t (&args)[6]);

// Null: there is no such descriptor, or it is of another kind.
Descriptor* find_descriptor(Machine& m, std::uint64_t number, Descriptor::Kind kind);
// Its number, or -EMFILE.
std::int64_t open_descriptor(Machine& m, const Descriptor& with);
// The descriptor has what it is watched for.
void has_news(Machine& m, Interest& watch);

// A wait for what a queue watches. `say` stores the n-th record, if something holds of it.
struct Wait {
  std::uint64_t queue;
  std::int64_t timeout_ns;  // negative: for ever
  std::uint64_t to, max;    // records
  bool (*say)(Machine& m, const Descriptor& d, const Interest& watch, std::uint64_t to);
  std::uint64_t record_bytes;
};
std::int64_t wait_for_news(Machine& m, const Wait& wait);

// --- sim/epoll.cc -------------------------------------------------------------------------------
std::int64_t epoll_call(Machine& m, long number, const std::uint64_t (&args)[6]);
std::int64_t read_counter(Machine& m, Descriptor& d, const std::uint64_t (&args)[6]);
std::int64_t write_counter(Machine& m, Descriptor& d, const std::uint64_t (&args)[6]);
// --- sim/kqueue.cc ------------------------------------------------------------------------------
std::int64_t kqueue_call(Machine& m, long number, const std::uint64_t (&args)[6]);
std::int64_t read_pipe(Machine& m, Descriptor& d, const std::uint64_t (&args)[6]);
std::int64_t write_pipe(Machine& m, Descriptor& d, const std::uint64_t (&args)[6]);
void closes_pipe(Machine& m, const Descriptor& d);

}  // namespace sim
