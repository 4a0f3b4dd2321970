// What goroutines cost natively on one P: to let another run, to start and end, to wait and be
// woken.
#include <benchmark/benchmark.h>

#include "runtime_core/sched/test_support.h"
#include "runtime_core/sync/sema.h"

namespace runtime_core {
namespace {

using testing::Program;

void run(benchmark::State& state, GoroutineFn main) {
  Program p(1, main);
  p.user = &state;
  p.run();
  state.SetItemsProcessed(static_cast<i64>(state.iterations()));
}

benchmark::State& state_of(void* arg) {
  return *static_cast<benchmark::State*>(static_cast<Program*>(arg)->user);
}

// Two that let each other run: an iteration is a switch to the other and one back.
void yield_until_over(G* gp, void* arg) {
  auto& p = *static_cast<Program*>(arg);
  while (p.ran.load(relaxed) == 0) gosched(gp);
}

void yields(benchmark::State& state) {
  run(state, [](G* gp, void* arg) {
    newproc(gp->m, yield_until_over, arg);
    for (auto _ : state_of(arg)) gosched(gp);
    static_cast<Program*>(arg)->ran.store(1, relaxed);
    gosched(gp);
  });
}
BENCHMARK(yields);

void nothing(G*, void*) {}

void spawns(benchmark::State& state) {
  run(state, [](G* gp, void* arg) {
    for (auto _ : state_of(arg)) {
      newproc(gp->m, nothing, nullptr);
      gosched(gp);
    }
  });
}
BENCHMARK(spawns);

// An iteration is a wait and a wake-up on each side.
struct PingPong {
  Program* p;
  std::atomic<u32> ping{0}, pong{0};
};

void answer(G* gp, void* arg) {
  auto& s = *static_cast<PingPong*>(arg);
  for (;;) {
    semacquire(gp, &s.ping);
    if (s.p->ran.load(relaxed) != 0) return;
    semrelease(gp, &s.pong);
  }
}

void wakes(benchmark::State& state) {
  run(state, [](G* gp, void* arg) {
    PingPong s{static_cast<Program*>(arg)};
    newproc(gp->m, answer, &s);
    for (auto _ : state_of(arg)) {
      semrelease(gp, &s.ping);
      semacquire(gp, &s.pong);
    }
    s.p->ran.store(1, relaxed);
    semrelease(gp, &s.ping);
    gosched(gp);
  });
}
BENCHMARK(wakes);

}  // namespace
}  // namespace runtime_core
