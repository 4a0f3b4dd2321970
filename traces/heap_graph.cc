// Resolution of the pointers of a heap dump, and reachability.
#include "traces/heap_graph.h"

#include <algorithm>
#include <numeric>

namespace traces {

namespace {

void add_roots(const HeapDump& dump, const DumpMemory& memory, HeapGraph& graph) {
  for (std::uint64_t i = 0; i < memory.fields.size; ++i) {
    const std::uint64_t offset = dump.field_offsets[memory.fields.first + i];
    graph.roots.push_back(graph.resolve(dump.word(memory, offset)));
  }
}

void add_all_roots(const HeapDump& dump, HeapGraph& graph) {
  for (const DumpRoot& root : dump.other_roots) graph.roots.push_back(graph.resolve(root.value));
  for (const DumpGoroutine& g : dump.goroutines) graph.roots.push_back(graph.resolve(g.context));
  for (const DumpFrame& frame : dump.frames) add_roots(dump, frame.memory, graph);
  for (const DumpMemory& segment : dump.data) add_roots(dump, segment, graph);
  for (const DumpMemory& segment : dump.bss) add_roots(dump, segment, graph);
  for (const DumpFinalizer& f : dump.finalizers) {
    graph.finalizers.push_back({f.queued, graph.resolve(f.object), graph.resolve(f.function),
                                f.code_pc, f.parameter_type, f.object_type});
  }
}

}  // namespace

std::uint64_t HeapGraph::object_bytes() const {
  return std::accumulate(size.begin(), size.end(), std::uint64_t{0});
}

std::uint64_t HeapGraph::edges() const {
  return static_cast<std::uint64_t>(std::count_if(
      fields.begin(), fields.end(), [](const HeapField& field) { return field.word.points(); }));
}

std::uint64_t HeapGraph::root_edges() const {
  return static_cast<std::uint64_t>(std::count_if(
      roots.begin(), roots.end(), [](const HeapWord& word) { return word.points(); }));
}

HeapWord HeapGraph::resolve(std::uint64_t value) const {
  HeapWord word{value};
  const auto after = std::upper_bound(address.begin(), address.end(), value);
  if (after == address.begin()) return word;
  const auto index = static_cast<std::size_t>(after - address.begin()) - 1;
  const std::uint64_t interior = value - address[index];
  if (interior >= size[index]) return word;
  word.target = static_cast<std::uint32_t>(index);
  word.interior = interior;
  return word;
}

Result<HeapGraph> make_heap_graph(const HeapDump& dump) {
  const std::size_t count = dump.objects.size();
  if (count >= HeapWord::none) {
    return failure<HeapGraph>({"heap dump has too many objects", 0, "give a smaller dump"});
  }
  std::vector<const DumpMemory*> sorted;
  sorted.reserve(count);
  for (const DumpMemory& object : dump.objects) sorted.push_back(&object);
  std::stable_sort(sorted.begin(), sorted.end(), [](const DumpMemory* a, const DumpMemory* b) {
    return a->address < b->address;
  });

  HeapGraph graph;
  graph.address.reserve(count);
  graph.size.reserve(count);
  for (const DumpMemory* object : sorted) {
    if (!graph.address.empty() && object->address - graph.address.back() < graph.size.back()) {
      return failure<HeapGraph>(
          {"object at address " + std::to_string(object->address) + " overlaps the one before",
           object->contents.first, "record the dump again"});
    }
    graph.address.push_back(object->address);
    graph.size.push_back(object->contents.size);
  }
  graph.first_field.reserve(count + 1);
  graph.first_field.push_back(0);
  for (const DumpMemory* object : sorted) {
    for (std::uint64_t i = 0; i < object->fields.size; ++i) {
      const std::uint64_t offset = dump.field_offsets[object->fields.first + i];
      graph.fields.push_back({offset, graph.resolve(dump.word(*object, offset))});
    }
    graph.first_field.push_back(graph.fields.size());
  }
  add_all_roots(dump, graph);
  return {std::move(graph)};
}

Reachable reachable(const HeapGraph& graph) {
  Reachable result;
  result.marked.resize(graph.objects());
  std::vector<std::uint32_t> queue;
  const auto visit = [&](const HeapWord& word) {
    if (!word.points() || result.marked[word.target]) return;
    result.marked[word.target] = true;
    ++result.objects;
    result.bytes += graph.size[word.target];
    queue.push_back(word.target);
  };
  const auto visit_fields = [&](std::uint32_t object) {
    for (std::uint64_t i = graph.first_field[object]; i < graph.first_field[object + 1]; ++i) {
      visit(graph.fields[i].word);
    }
  };
  for (const HeapWord& root : graph.roots) visit(root);
  for (const HeapFinalizer& finalizer : graph.finalizers) {
    visit(finalizer.function);
    if (finalizer.queued) visit(finalizer.object);
    if (finalizer.object.points()) visit_fields(finalizer.object.target);
  }
  for (std::size_t next = 0; next < queue.size(); ++next) visit_fields(queue[next]);
  return result;
}

}  // namespace traces
