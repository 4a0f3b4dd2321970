// Descriptors that never block: counters; and Linux's epoll (original: sys_linux_amd64.s, facts
// §19.7; for counters there is no original).
//
// Threads: any. Errors: -errno.
#pragma once

#include "runtime_core/base.h"

namespace runtime_core {

inline constexpr i64 eintr = 4;

// A number that one adds to at one end, and another takes at the other; both fail at once if they
// would have to wait. On Linux both ends are one descriptor (eventfd), on the BSDs those of a pipe
// whose bytes are counted.
struct CounterEnds {
  i32 reader, writer;
};
i64 open_counter(CounterEnds* ends);
i64 read_counter(i32 fd, u64* value);  // takes all there is
i64 write_counter(i32 fd, u64 value);
u64 counter_max();  // more does not fit

// --- Linux --------------------------------------------------------------------------------------
inline constexpr u32 epoll_in = 0x1, epoll_out = 0x4, epoll_err = 0x8, epoll_hup = 0x10,
                     epoll_rdhup = 0x2000, epoll_edge = u32{1} << 31;

struct [[gnu::packed]] EpollEvent {
  u32 events;
  u64 data;
};

i64 epollcreate1();
i64 epolladd(i32 epfd, i32 fd, EpollEvent* event);
i64 epolldel(i32 epfd, i32 fd);
// How many events there are; waits at most so many milliseconds, negative: for ever.
i64 epollwait(i32 epfd, EpollEvent* events, u32 max, i32 timeout_ms);

}  // namespace runtime_core
