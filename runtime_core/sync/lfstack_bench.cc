// The lock-free stack: push and pop by one thread, and by several on one head.
#include <benchmark/benchmark.h>
#include <sys/mman.h>

#include "runtime_core/sync/lfstack.h"

namespace runtime_core {
namespace {

constexpr int threads_max = 4;

// Nodes must be where an address fits into a packed head, as persistent memory is.
struct Shared {
  alignas(cache_line_size) std::atomic<u64> head;
  struct alignas(cache_line_size) Padded {
    LfNode node;
  } nodes[threads_max];
};

Shared* shared() {
  static auto* const mapped = static_cast<Shared*>(
      mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  return mapped;
}

void push_pop(benchmark::State& state) {
  Shared* s = shared();
  LfNode* mine = &s->nodes[state.thread_index()].node;
  for (auto _ : state) {
    lfstack_push(&s->head, mine);
    mine = lfstack_pop(&s->head);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(push_pop)->ThreadRange(1, threads_max)->MinTime(0.2)->UseRealTime();

}  // namespace
}  // namespace runtime_core
