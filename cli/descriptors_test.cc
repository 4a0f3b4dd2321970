// The simulated kernel's descriptors, beside Linux's own: the same calls have the same results.
#include "sim/descriptors.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <optional>

#include "cli/session.h"
#include "cli/test_options.h"

namespace {

using u64 = std::uint64_t;
constexpr std::size_t counters_max = 2;
constexpr int events_max = 2;

// One of both kernels.
class Kernel {
 public:
  explicit Kernel(sim::Machine* machine) : machine_(machine) {
    epoll_ = call(SYS_epoll_create1, {0});
  }
  ~Kernel() {
    for (std::int64_t fd : counters_) {
      if (fd > 0) call(SYS_close, {static_cast<u64>(fd)});
    }
    call(SYS_close, {static_cast<u64>(epoll_)});
  }
  Kernel(const Kernel&) = delete;
  Kernel& operator=(const Kernel&) = delete;

  // Whether there is one now; it is opened, or closed.
  bool toggle(std::size_t i) {
    std::int64_t& fd = counters_[i];
    if (fd > 0) {
      call(SYS_close, {static_cast<u64>(fd)});
      fd = 0;
    } else {
      fd = call(SYS_eventfd2, {0, EFD_NONBLOCK});
    }
    return fd > 0;
  }
  std::int64_t write(std::size_t i, u64 value) {
    return call(SYS_write, {number(i), address(&value), sizeof value});
  }
  std::int64_t read(std::size_t i, u64* value) {
    return call(SYS_read, {number(i), address(value), sizeof *value});
  }
  std::int64_t control(std::size_t i, int operation, std::uint32_t events) {
    epoll_event event{};
    event.events = events;
    event.data.u64 = i;
    return call(SYS_epoll_ctl, {static_cast<u64>(epoll_), static_cast<u64>(operation), number(i),
                                address(&event)});
  }
  std::vector<std::pair<u64, std::uint32_t>> wait(int max) {
    epoll_event events[events_max];
    const std::int64_t n =
        call(SYS_epoll_wait, {static_cast<u64>(epoll_), address(events), static_cast<u64>(max), 0});
    std::vector<std::pair<u64, std::uint32_t>> seen;
    for (std::int64_t i = 0; i < n; i++)
      seen.emplace_back(u64{events[i].data.u64}, std::uint32_t{events[i].events});
    return seen;
  }

 private:
  template <class T>
  static u64 address(T* p) {
    return reinterpret_cast<u64>(p);
  }
  // One that does not exist while the counter is closed.
  u64 number(std::size_t i) const {
    return counters_[i] > 0 ? static_cast<u64>(counters_[i]) : ~u64{0};
  }
  std::int64_t call(long number, const u64 (&args)[6]) {
    if (machine_ != nullptr) return machine_->system_call(number, args);
    const long result = syscall(number, args[0], args[1], args[2], args[3]);
    return result < 0 ? -errno : result;
  }

  sim::Machine* machine_;  // null: Linux
  std::int64_t epoll_ = 0;
  std::int64_t counters_[counters_max] = {};
};

void same_step(Kernel& simulated, Kernel& real) {
  constexpr u64 max = ~u64{0} - 1;
  const auto i = *rc::gen::element<std::size_t>(0, 1);
  switch (*rc::gen::element(0, 1, 2, 3, 4, 5, 6, 7)) {
    case 0:
      RC_ASSERT(simulated.toggle(i) == real.toggle(i));
      break;
    case 1:
    case 2: {
      const u64 value = *rc::gen::element<u64>(0, 1, 2, max - 1, max, max + 1);
      RC_ASSERT(simulated.write(i, value) == real.write(i, value));
      break;
    }
    case 3: {
      u64 a = 0, b = 0;
      RC_ASSERT(simulated.read(i, &a) == real.read(i, &b));
      RC_ASSERT(a == b);
      break;
    }
    case 4:
    case 5: {
      const auto events = *rc::gen::element<std::uint32_t>(EPOLLIN | EPOLLOUT | EPOLLET, EPOLLIN,
                                                           EPOLLOUT, EPOLLIN | EPOLLET);
      RC_ASSERT(simulated.control(i, EPOLL_CTL_ADD, events) ==
                real.control(i, EPOLL_CTL_ADD, events));
      break;
    }
    case 6:
      RC_ASSERT(simulated.control(i, EPOLL_CTL_DEL, 0) == real.control(i, EPOLL_CTL_DEL, 0));
      break;
    default: {
      const int n = *rc::gen::element(1, events_max);
      RC_ASSERT(simulated.wait(n) == real.wait(n));
    }
  }
}

TEST_CASE("counters and epoll answer as Linux's do") {
  static sim::Machine* machine = nullptr;
  cli::Session session;
  REQUIRE(session.set_up(cli::explore_options("counter", "random", "sc"), {}) == "");
  machine = &session.machine;
  machine->alone = 0;  // nobody else runs
  CHECK(rc::check([] {
    Kernel simulated(machine), real(nullptr);
    const int steps = *rc::gen::resize(rc::kNominalSize, rc::gen::inRange(1, 300));
    for (int i = 0; i < steps; i++) same_step(simulated, real);
  }));
}

}  // namespace
