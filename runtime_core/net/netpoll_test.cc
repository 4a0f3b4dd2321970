// The network poller natively: news, deadlines and ends of waits, and what is no use of it.
#include "runtime_core/net/netpoll.h"

#include <doctest/doctest.h>

#include "runtime_core/os/descriptor.h"
#include "runtime_core/os/os.h"
#include "runtime_core/sched/test_support.h"

namespace runtime_core {
namespace {

using testing::Program;
using testing::succeeds;

constexpr i64 soon_ns = 2'000'000, far_ns = 60'000'000'000;

struct Test {
  PollDesc* pd = nullptr;
  CounterEnds fd{0, 0};
  bool good = false;
  std::atomic<u32> waits{0};
};

// What main does on a descriptor that is open, and whether all was as it should be.
bool holds(void (*main)(G* gp, void* program)) {
  return succeeds([&] {
    Test test;
    Program p(2, main);
    p.user = &test;
    netpollprepare(p.m0);
    p.run();
    return test.good;
  });
}

Test& open(G* gp, void* program) {
  auto& test = *static_cast<Test*>(static_cast<Program*>(program)->user);
  open_counter(&test.fd);
  test.pd = netpollopen(gp, test.fd.reader);
  return test;
}

void write_soon(G* gp, void* arg) {
  time_sleep(gp, soon_ns);
  write_counter(static_cast<Test*>(arg)->fd.writer, 1);
}

TEST_CASE("who waits goes on when something was written") {
  CHECK(holds([](G* gp, void* program) {
    Test& test = open(gp, program);
    u64 value = 0;
    newproc(gp->m, write_soon, &test);
    test.good = netpollreset(test.pd, PollMode::read) == PollResult::ready &&
                read_counter(test.fd.reader, &value) < 0 &&
                netpollwait(gp, test.pd, PollMode::read) == PollResult::ready &&
                read_counter(test.fd.reader, &value) > 0 && value == 1;
  }));
}

TEST_CASE("news that came before the wait are kept for it") {
  CHECK(holds([](G* gp, void* program) {
    Test& test = open(gp, program);
    write_counter(test.fd.writer, 1);
    time_sleep(gp, soon_ns);  // somebody has looked
    test.good = netpollwait(gp, test.pd, PollMode::read) == PollResult::ready;
  }));
}

TEST_CASE("a wait lasts as long as its deadline") {
  CHECK(holds([](G* gp, void* program) {
    Test& test = open(gp, program);
    const i64 end = nanotime() + soon_ns;
    netpollsetdeadline(gp, test.pd, end, true, false);
    test.good = netpollwait(gp, test.pd, PollMode::read) == PollResult::timeout &&
                nanotime() >= end && netpollreset(test.pd, PollMode::read) == PollResult::timeout &&
                netpollcheckerr(test.pd, PollMode::write) == PollResult::ready;
    netpollsetdeadline(gp, test.pd, 0, true, false);
    test.good = test.good && netpollcheckerr(test.pd, PollMode::read) == PollResult::ready;
  }));
}

TEST_CASE("one timer for two equal deadlines, two for others") {
  CHECK(holds([](G* gp, void* program) {
    Test& test = open(gp, program);
    const Timers& timers = gp->m->rt->timers;
    const i64 now = nanotime();
    netpollsetdeadline(gp, test.pd, now + far_ns, true, true);
    test.good = timers.len == 1;
    netpollsetdeadline(gp, test.pd, now + 2 * far_ns, false, true);
    test.good = test.good && timers.len == 2;
    netpollunblock(gp, test.pd);
    test.good = test.good && timers.len == 0;
    netpollclose(gp, test.pd);
    test.good = test.good && netpollopen(gp, test.fd.reader) == test.pd;  // it is used again
  }));
}

void wait_for_end(G* gp, void* arg) {
  auto& test = *static_cast<Test*>(arg);
  test.waits.store(1, seq_cst);
  test.good = netpollwait(gp, test.pd, PollMode::read) == PollResult::closing;
  test.waits.store(2, seq_cst);
}

TEST_CASE("closing ends waits") {
  CHECK(holds([](G* gp, void* program) {
    Test& test = open(gp, program);
    newproc(gp->m, wait_for_end, &test);
    while (test.waits.load(seq_cst) == 0) gosched(gp);
    netpollunblock(gp, test.pd);
    while (test.waits.load(seq_cst) != 2) gosched(gp);
  }));
}

// What the runtime says before it ends.
std::string thrown(void (*main)(G* gp, void* program)) {
  return abort_message([&] {
    Test test;
    Program p(1, main);
    p.user = &test;
    netpollprepare(p.m0);
    p.run();
  });
}

TEST_CASE("what is no use of a descriptor is an error") {
  CHECK(thrown([](G* gp, void* program) { netpollclose(gp, open(gp, program).pd); }) ==
        "fatal error: netpollClose: close w/o unblock [runtime.throw]\n");
  CHECK(thrown([](G* gp, void* program) {
          Test& test = open(gp, program);
          netpollunblock(gp, test.pd);
          netpollunblock(gp, test.pd);
        }) == "fatal error: netpollUnblock: already closing [runtime.throw]\n");
  CHECK(thrown([](G* gp, void* program) {
          Test& test = open(gp, program);
          test.pd->side[0].waiter.store(pd_wait, seq_cst);
          netpollwait(gp, test.pd, PollMode::read);
        }) == "fatal error: netpollblock: double wait [runtime.throw]\n");
}

}  // namespace
}  // namespace runtime_core
