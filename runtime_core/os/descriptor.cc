// Counters of the system that the program runs on.
#include "runtime_core/os/descriptor.h"

#include "runtime_core/os/systems.h"

namespace runtime_core {

i64 open_counter(CounterEnds* ends) {
  return on_system([&](auto s) { return s.open_counter(ends); });
}
i64 read_counter(i32 fd, u64* value) {
  return on_system([&](auto s) { return s.read_counter(fd, value); });
}
i64 write_counter(i32 fd, u64 value) {
  return on_system([&](auto s) { return s.write_counter(fd, value); });
}
u64 counter_max() {
  return on_system([](auto s) { return u64{s.counter_max}; });
}

}  // namespace runtime_core
