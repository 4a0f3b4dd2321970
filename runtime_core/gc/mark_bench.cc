// How long marking and sweeping take: ten million nodes of 32 bytes, as random graphs and as a
// tree.
#include <benchmark/benchmark.h>

#include <memory>
#include <vector>

#include "runtime_core/gc/gc_test_support.h"

namespace runtime_core {
namespace {

constexpr u32 nodes = 10'000'000;
constexpr u8 mask_two_pointers[] = {0x88, 0x44};

enum Shape {
  random_graph,         // from node 0, which does not reach all
  random_graph_rooted,  // the same links; what node 0 does not reach is a root itself
  binary_tree,
};

// Original: splitmix64 (Steele, Lea, Flood); scripts/peers/ build the same graphs with it.
u64 next_random(u64* state) {
  u64 z = *state += 0x9e3779b97f4a7c15;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
  z = (z ^ z >> 27) * 0x94d049bb133111eb;
  return z ^ z >> 31;
}

// Two targets each; a target of `nodes` or more is no link.
std::vector<u32> make_links(Shape shape) {
  std::vector<u32> links(2 * u64{nodes});
  u64 random = 1;
  for (u32 i = 0; i < links.size(); i++) {
    links[i] = shape == binary_tree ? i + 1 : static_cast<u32>(next_random(&random) % nodes);
  }
  return links;
}

std::vector<u32> unreachable_from_first(const std::vector<u32>& links) {
  std::vector<bool> seen(nodes);
  std::vector<u32> stack{0}, unreachable;
  while (!stack.empty()) {
    const u32 node = stack.back();
    stack.pop_back();
    if (node >= nodes || seen[node]) continue;
    seen[node] = true;
    stack.insert(stack.end(), {links[2 * node], links[2 * node + 1]});
  }
  for (u32 i = 0; i < nodes; i++) {
    if (!seen[i]) unreachable.push_back(i);
  }
  return unreachable;
}

// Nodes of four words, two of them pointers, allocated in the order of their numbers.
class Graph {
 public:
  explicit Graph(Shape shape)
      : type_(testing::make_type(4 * ptr_size, mask_two_pointers)), address_(nodes) {
    // The second pass exists to check the first one.
    runtime_.rt->work.checkmark_enabled = false;
    for (u64& node : address_) node = reinterpret_cast<u64>(runtime_.alloc(&type_));
    const std::vector<u32> links = make_links(shape);
    for (u64 i = 0; i < links.size(); i++) {
      if (links[i] >= nodes) continue;
      runtime_.set(reinterpret_cast<void*>(address_[i / 2]), static_cast<int>(i % 2),
                   reinterpret_cast<void*>(address_[links[i]]));
    }
    runtime_.root(0, reinterpret_cast<void*>(address_[0]));
    if (shape != random_graph_rooted) return;
    for (const u32 node : unreachable_from_first(links)) roots_.push_back(address_[node]);
    add_root_area(&runtime_.m0, RootArea{reinterpret_cast<uintptr>(roots_.data()),
                                         roots_.size() * ptr_size, nullptr, RootKind::data});
  }

  // Without its sweep.
  void mark() { gogc(&runtime_.m0, 1); }
  // Afterwards the marks of the last collection are gone.
  void sweep() {
    systemstack(&runtime_.m0, [&] { finishsweep(&runtime_.m0); });
  }
  void drop() { runtime_.root(0, nullptr); }

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
  std::vector<u64> roots_;
};

// One at a time: each takes half a gigabyte.
std::unique_ptr<Graph> graph;

// Builds the graph; the benchmarks of a shape follow each other. A first collection drops what is
// not reachable.
void mark(benchmark::State& state, Shape shape) {
  graph.reset();
  graph = std::make_unique<Graph>(shape);
  graph->mark();
  const u64 marked = graph->marked();
  graph->sweep();
  for (auto _ : state) {
    graph->mark();
    state.PauseTiming();
    graph->sweep();
    state.ResumeTiming();
  }
  state.counters["marked"] = static_cast<double>(marked);
  state.SetItemsProcessed(static_cast<i64>(marked) * state.iterations());
}

// Of a graph that `mark` has built, as the next two.
bool needs_graph(benchmark::State& state) {
  if (!graph) state.SkipWithError("needs the mark benchmark before it");
  return graph == nullptr;
}

void sweep(benchmark::State& state) {
  if (needs_graph(state)) return;
  for (auto _ : state) {
    state.PauseTiming();
    graph->mark();
    state.ResumeTiming();
    graph->sweep();
  }
  state.SetItemsProcessed(i64{nodes} * state.iterations());
}

void collect(benchmark::State& state) {
  if (needs_graph(state)) return;
  for (auto _ : state) {
    graph->mark();
    graph->sweep();
  }
}

// Everything is dead: blocks go to free lists, spans to the page heap. Once, then there is nothing.
void sweep_dead(benchmark::State& state) {
  if (needs_graph(state)) return;
  graph->drop();
  sweep(state);
  graph.reset();
}

void register_all() {
  const auto add = [](const char* name, auto function) {
    return benchmark::RegisterBenchmark(name, function)->Unit(benchmark::kMillisecond);
  };
  const auto add_mark = [&](const char* name, Shape shape) {
    add(name, [shape](benchmark::State& state) { mark(state, shape); })->Iterations(5);
  };
  add_mark("mark_random_graph_rooted", random_graph_rooted);
  add_mark("mark_random_graph", random_graph);
  add("sweep_random_graph", sweep)->Iterations(5);
  add("collect_random_graph", collect)->Iterations(5);
  add_mark("mark_binary_tree", binary_tree);
  add("sweep_binary_tree", sweep)->Iterations(5);
  add("collect_binary_tree", collect)->Iterations(5);
  add("sweep_dead_tree", sweep_dead)->Iterations(1);
}
const int registered = (register_all(), 0);

}  // namespace
}  // namespace runtime_core
