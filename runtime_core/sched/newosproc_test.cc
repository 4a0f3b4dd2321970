// Real threads of Ms: who they are, their signals, and the end of a process by a fault.
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <string>

#include "runtime_core/gc/gc_test_support.h"
#include "runtime_core/os/signal.h"
#include "runtime_core/os/thread.h"
#include "runtime_core/sync/test_support.h"

namespace runtime_core {
namespace {

using testing::TestRuntime;

struct Seen {
  std::atomic<u32> done{0};
  pid_t thread = 0;
  stack_t stack{};
  sigset_t mask{};
};

void look_around(M* mp) {
  auto& seen = *static_cast<Seen*>(mp->mstartarg);
  seen.thread = ::gettid();
  sigaltstack(nullptr, &seen.stack);
  pthread_sigmask(SIG_SETMASK, nullptr, &seen.mask);
  seen.done.store(1, seq_cst);
}

void wait_for(const std::atomic<u32>& flag) {
  while (flag.load(seq_cst) == 0) usleep(100);
}

TEST_CASE("a new M has a thread with a signal stack and no signal blocked") {
  TestRuntime t;
  static M child;  // its thread may be on its way out when the test ends
  static Seen seen;
  sigset_t before;
  pthread_sigmask(SIG_SETMASK, nullptr, &before);
  newm(&t.m0, &child, look_around, &seen);
  sigset_t after;
  pthread_sigmask(SIG_SETMASK, nullptr, &after);
  CHECK(sigismember(&after, SIGUSR1) == sigismember(&before, SIGUSR1));
  wait_for(seen.done);
  CHECK(child.id == 1);
  CHECK(child.tls[0] == 1);
  CHECK(child.procid == static_cast<u64>(seen.thread));
  CHECK(seen.thread != ::gettid());
  CHECK(seen.stack.ss_sp == child.gsignal_stack);
  CHECK(seen.stack.ss_size == gsignal_stack_bytes);
  CHECK(sigismember(&seen.mask, SIGUSR1) == 0);
  CHECK(sigismember(&seen.mask, SIGTERM) == 0);
}

TEST_CASE("a fault ends the process with the signal's name") {
  const std::string text = abort_message([] {
    TestRuntime t;
    mpreinit(&t.m0);
    minit(&t.m0);
    initsig();
    if (getsig(SIGSEGV) != sigtramp_address() || getsig(SIGUSR1) != 0) _exit(1);
    *reinterpret_cast<volatile int*>(0x123000) = 1;
  });
  CHECK(text.find("[signal 0xb code=1 addr=0x123000 pc=0x") == 0);
  CHECK(text.find("]\nunexpected signal during runtime execution\n") != std::string::npos);
  CHECK(text.find("fatal error: SIGSEGV: segmentation violation [runtime.fault]\n") !=
        std::string::npos);
}

TEST_CASE("signals that nobody may handle are refused") {
  CHECK(abort_message([] { setsig(SIGKILL, sigtramp_address(), true); }) ==
        "fatal error: rt_sigaction failure [runtime.throw]\n");
}

TEST_CASE("a thread that the system refuses is a throw") {
  CHECK(abort_message([] {
          TestRuntime t;
          constexpr uid_t nobody = 65534;
          if (getuid() == 0 && setuid(nobody) != 0) _exit(1);  // root has no limit
          const rlimit none{0, 0};
          setrlimit(RLIMIT_NPROC, &none);
          static M child;
          newm(&t.m0, &child, look_around, nullptr);
        }).find("failed to create new OS thread (have 2 already; errno=11)") != std::string::npos);
}

TEST_CASE("the table of signals has a line for each of Linux") {
  CHECK(std::string(sigtable[SIGSEGV].name).find("SIGSEGV: ") == 0);
  CHECK(std::string(sigtable[SIGSYS].name).find("SIGSYS: ") == 0);
  CHECK(sigtable[SIGKILL].flags == 0);
  CHECK(sigtable[SIGTERM].flags == (sig_notify | sig_kill));
  CHECK(sigtable[SIGTTIN].flags == (sig_notify | sig_default));
  CHECK(sigtable[32].flags == 0);
}

}  // namespace
}  // namespace runtime_core
