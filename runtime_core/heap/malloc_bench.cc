// Allocation: each size class, and short-lived small objects with the collections they cause.
#include <benchmark/benchmark.h>

#include "runtime_core/gc/gc_test_support.h"
#include "runtime_core/heap/msize.h"

namespace runtime_core {
namespace {

constexpr u8 mask_two_pointers[] = {0x88, 0x44};
constexpr i64 live_bytes_default = 4 << 20;
constexpr double seconds_min = 0.05;  // of each size
constexpr i64 short_lived_objects = 20'000'000;

// A runtime that collects by itself, without the second pass that only checks the first. A large
// object without pointers stays alive: there is no least heap as committed, so that what lives
// sets the distance between two collections.
struct CollectingRuntime : testing::TestRuntime {
  explicit CollectingRuntime(u64 live_bytes = live_bytes_default) {
    rt->work.checkmark_enabled = false;
    root(1, mallocgc(&m0, live_bytes, nullptr, flag_no_scan));
    rt->stats.next_gc.store(0, relaxed);
  }
  ~CollectingRuntime() { rt->stats.enablegc.store(false, relaxed); }
};

// Collections and sweeps included; nobody keeps what is allocated.
void allocate_garbage(benchmark::State& state, CollectingRuntime& t) {
  const Type type = testing::make_type(4 * ptr_size, mask_two_pointers);
  const u32 before = t.rt->stats.numgc.load(relaxed);
  for (auto _ : state) benchmark::DoNotOptimize(mallocgc(&t.m0, type.size, &type, 0));
  state.counters["collections"] = static_cast<double>(t.rt->stats.numgc.load(relaxed) - before);
  state.SetItemsProcessed(state.iterations());
}

// Argument: bytes that live all the time.
void short_lived(benchmark::State& state) {
  CollectingRuntime t(static_cast<u64>(state.range(0)));
  allocate_garbage(state, t);
}
BENCHMARK(short_lived)->Arg(64 << 10)->Arg(live_bytes_default)->Iterations(short_lived_objects);

// The same beside a list of a hundred thousand objects that is marked each time.
void short_lived_beside_list(benchmark::State& state) {
  CollectingRuntime t(64 << 10);
  const Type type = testing::make_type(4 * ptr_size, mask_two_pointers);
  t.rt->stats.enablegc.store(false, relaxed);
  void* head = nullptr;
  for (int i = 0; i < 100'000; i++) {
    void* node = t.alloc(&type);
    t.set(node, 0, head);
    head = node;
  }
  t.root(0, head);
  t.rt->stats.enablegc.store(true, relaxed);
  allocate_garbage(state, t);
}
BENCHMARK(short_lived_beside_list)->Iterations(short_lived_objects);

// Allocations of one size, with the collections that they cause.
void allocate(benchmark::State& state, uintptr size, const Type* type) {
  CollectingRuntime t;
  const u32 flags = type == nullptr ? flag_no_scan : 0;
  for (auto _ : state) benchmark::DoNotOptimize(mallocgc(&t.m0, size, type, flags));
  state.counters["bytes"] = static_cast<double>(size);
  state.SetItemsProcessed(state.iterations());
}

// Argument: a size class; 0 is that of large objects.
uintptr size_of(const benchmark::State& state) {
  const int sizeclass = static_cast<int>(state.range(0));
  return sizeclass == 0 ? 2 * max_small_size : class_to_size(sizeclass);
}

void noscan(benchmark::State& state) { allocate(state, size_of(state), nullptr); }
BENCHMARK(noscan)->DenseRange(0, num_size_classes - 1)->MinTime(seconds_min);

// Every word a pointer.
void pointers(benchmark::State& state) {
  const Type type = testing::make_type(2 * ptr_size, testing::mask_pointer_pointer);
  allocate(state, size_of(state), &type);
}
BENCHMARK(pointers)->DenseRange(0, num_size_classes - 1)->MinTime(seconds_min);

// Merged into blocks of 16 bytes.
void tiny(benchmark::State& state) {
  allocate(state, static_cast<uintptr>(state.range(0)), nullptr);
}
BENCHMARK(tiny)->Arg(1)->Arg(5)->Arg(8)->MinTime(seconds_min);

}  // namespace
}  // namespace runtime_core
