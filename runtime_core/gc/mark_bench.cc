// How long marking alone takes: ten million nodes of 32 bytes, as a random graph and as a tree.
#include <benchmark/benchmark.h>

#include <random>
#include <vector>

#include "runtime_core/gc/gc_test_support.h"

namespace runtime_core {
namespace {

constexpr u64 nodes = 10'000'000;
constexpr u8 mask_two_pointers[] = {0x88, 0x44};

// Nodes of four words, two of them pointers, allocated in the order of their numbers.
class Graph {
 public:
  Graph() : type_(testing::make_type(4 * ptr_size, mask_two_pointers)), address_(nodes) {
    // The second pass exists to check the first one.
    runtime_.rt->work.checkmark_enabled = false;
    for (u64& node : address_) node = reinterpret_cast<u64>(runtime_.alloc(&type_));
    runtime_.root(0, reinterpret_cast<void*>(address_[0]));
  }

  void link(u64 from, int word, u64 to) {
    if (to >= nodes) return;
    runtime_.set(reinterpret_cast<void*>(address_[from]), word,
                 reinterpret_cast<void*>(address_[to]));
  }

  // Without its sweep; the marks of the last collection are gone before.
  void mark() { gogc(&runtime_.m0, 1); }
  void sweep() {
    systemstack(&runtime_.m0, [&] { finishsweep(&runtime_.m0); });
  }

  u64 marked() {
    u64 n = 0;
    for (const u64 node : address_) {
      MarkBits bits;
      slottombits(&runtime_.m0, node, &bits);
      n += ismarked(&bits);
    }
    return n;
  }

 private:
  testing::TestRuntime runtime_;
  Type type_;
  std::vector<u64> address_;
};

void measure(benchmark::State& state, Graph& graph) {
  u64 marked = 0;
  for (auto _ : state) {
    graph.mark();
    state.PauseTiming();
    if (marked == 0) marked = graph.marked();
    // Kept alive for the next round: what is not marked is not reachable later either.
    graph.sweep();
    state.ResumeTiming();
  }
  state.counters["marked"] = static_cast<double>(marked);
  state.SetItemsProcessed(static_cast<i64>(marked) * state.iterations());
}

void random_graph(benchmark::State& state) {
  Graph graph;
  std::mt19937_64 random(1);
  for (u64 i = 0; i < nodes; i++) {
    for (int word = 0; word < 2; word++) graph.link(i, word, random() % nodes);
  }
  measure(state, graph);
}

void binary_tree(benchmark::State& state) {
  Graph graph;
  for (u64 i = 0; i < nodes; i++) {
    for (int word = 0; word < 2; word++) graph.link(i, word, 2 * i + 1 + static_cast<u64>(word));
  }
  measure(state, graph);
}

BENCHMARK(random_graph)->Iterations(5)->Unit(benchmark::kMillisecond);
BENCHMARK(binary_tree)->Iterations(5)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace runtime_core
