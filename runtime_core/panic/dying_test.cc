// Last words natively: who is dying stops the others, and nobody speaks in between.
#include "runtime_core/panic/dying.h"

#include <doctest/doctest.h>

#include <thread>

#include "runtime_core/os/os.h"
#include "runtime_core/sched/test_support.h"

namespace runtime_core {
namespace {

using testing::Program;

// What `status` a child ends with that runs f, or -1.
template <class F>
int exit_status(F f) {
  const pid_t child = fork_flushed();
  if (child == 0) {
    f();
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void count_for_ever(G* gp, void* arg) {
  auto& p = *static_cast<Program*>(arg);
  p.goids.fetch_add(1, seq_cst);
  for (;;) {
    p.ran.fetch_add(1, seq_cst);
    prologue(gp);
  }
}

// Each of the others is on an M by then, and may be in the middle of a round when it is asked.
void die_beside(G* gp, void* arg) {
  auto& p = *static_cast<Program*>(arg);
  for (u32 i = 0; i < p.count; i++) newproc(gp->m, count_for_ever, &p);
  while (p.goids.load(seq_cst) < p.count) usleep(100);
  startpanic_m(gp->m);
  const u32 before = p.ran.load(seq_cst);
  usleep(20000);
  _exit(p.ran.load(seq_cst) <= before + p.count ? 7 : 8);
}

TEST_CASE("goroutines stop when an M is dying") {
  for (const u32 procs : {2u, 4u}) {
    CAPTURE(procs);
    CHECK(exit_status([&] {
            Program p(procs, die_beside);
            p.count = procs - 1;
            p.run();
          }) == 7);
  }
}

TEST_CASE("an M that dies while it dies ends the process") {
  for (const i32 before : {1, 2, 3}) {
    CAPTURE(before);
    CHECK(exit_status([&] {
            Program p(1, die_beside);
            startpanic_m(p.m0);
            p.m0->dying = before;
            startpanic_m(p.m0);
          }) == before + 2);
  }
}

TEST_CASE("two threads that die together end the process") {
  for (u32 i = 0; i < 10; i++) {
    const std::string text = abort_message([] {
      Program p(2, die_beside);
      std::thread other([&p] {
        auto* mp = new M{};
        mp->rt = p.rt;
        settls(mp);
        throw_("one");
      });
      throw_("two");
    });
    CHECK(text.find("fatal error: ") == 0);
    CHECK(text.find("panic during panic") == std::string::npos);
  }
}

}  // namespace
}  // namespace runtime_core
