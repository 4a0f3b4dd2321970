// Mutex: uncontended, and under contention with a short critical section.
#include <benchmark/benchmark.h>

#include "runtime_core/sync/mutex.h"
#include "runtime_core/sync/test_support.h"

namespace runtime_core {
namespace {

constexpr int threads_max = 4;

struct Shared {
  TestMachine machine{threads_max};
  alignas(cache_line_size) Mutex mutex{};
  u64 count = 0;
};

void lock_unlock(benchmark::State& state) {
  static Shared shared;
  M* mp = shared.machine.m(static_cast<u32>(state.thread_index()));
  for (auto _ : state) {
    lock(mp, &shared.mutex);
    shared.count++;
    unlock(mp, &shared.mutex);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(lock_unlock)->ThreadRange(1, threads_max)->MinTime(0.2)->UseRealTime();

}  // namespace
}  // namespace runtime_core
