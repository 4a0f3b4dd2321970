// Allocation: each size class, and short-lived small objects with the collections they cause.
#include <benchmark/benchmark.h>

#include "runtime_core/gc/gc_test_support.h"
#include "runtime_core/heap/msize.h"

namespace runtime_core {
namespace {

constexpr u8 mask_two_pointers[] = {0x88, 0x44};
constexpr u64 live_bytes_min = 4 << 20;

// A runtime that collects by itself, without the second pass that only checks the first.
struct CollectingRuntime : testing::TestRuntime {
  CollectingRuntime() {
    rt->work.checkmark_enabled = false;
    rt->stats.next_gc.store(live_bytes_min, relaxed);
  }
  ~CollectingRuntime() { rt->stats.enablegc.store(false, relaxed); }
};

// Collections and sweeps included.
void short_lived(benchmark::State& state) {
  CollectingRuntime t;
  const Type type = testing::make_type(4 * ptr_size, mask_two_pointers);
  for (auto _ : state) benchmark::DoNotOptimize(mallocgc(&t.m0, type.size, &type, 0));
  state.counters["collections"] = static_cast<double>(t.rt->stats.numgc.load(relaxed));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(short_lived)->Iterations(20'000'000);

// The same with a list of a hundred thousand live objects to mark each time.
void short_lived_beside_live(benchmark::State& state) {
  CollectingRuntime t;
  const Type type = testing::make_type(4 * ptr_size, mask_two_pointers);
  void* head = nullptr;
  for (int i = 0; i < 100'000; i++) {
    void* node = t.alloc(&type);
    t.set(node, 0, head);
    head = node;
    t.root(0, head);
  }
  for (auto _ : state) benchmark::DoNotOptimize(mallocgc(&t.m0, type.size, &type, 0));
  state.counters["collections"] = static_cast<double>(t.rt->stats.numgc.load(relaxed));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(short_lived_beside_live)->Iterations(20'000'000);

// Argument: a size class. Pointer-free, collections included.
void size_class(benchmark::State& state) {
  CollectingRuntime t;
  const uintptr size = class_to_size(static_cast<int>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(mallocgc(&t.m0, size, nullptr, flag_no_scan));
  state.counters["bytes"] = static_cast<double>(size);
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(size_class)->DenseRange(1, num_size_classes - 1);

// Merged into blocks of 16 bytes.
void tiny(benchmark::State& state) {
  CollectingRuntime t;
  for (auto _ : state) benchmark::DoNotOptimize(mallocgc(&t.m0, 5, nullptr, flag_no_scan));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(tiny);

}  // namespace
}  // namespace runtime_core
