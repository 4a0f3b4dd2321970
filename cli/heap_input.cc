// Object types from pointer layouts, and flat copies of the graph.
#include "cli/heap_input.h"

#include "traces/file.h"

namespace cli {
namespace {

using runtime_core::bits_pointer;
using runtime_core::bits_scalar;
using runtime_core::Type;

scenarios::HeapInputWord word_of(const traces::HeapWord& word) {
  return {word.points() ? word.target : scenarios::no_object, word.interior};
}

// The 4-bit mask of the object's words, two a byte; stored twice for an odd number of words.
std::vector<std::uint8_t> mask_of(const traces::HeapGraph& graph, std::size_t i) {
  const std::uint64_t words = graph.size[i] / runtime_core::ptr_size;
  std::vector<std::uint8_t> codes(words, bits_scalar);
  for (std::uint64_t f = graph.first_field[i]; f < graph.first_field[i + 1]; f++) {
    codes[graph.fields[f].offset / runtime_core::ptr_size] = bits_pointer;
  }
  const std::uint64_t copies = words % 2 == 0 ? 1 : 2;
  std::vector<std::uint8_t> mask(words * copies / 2);
  for (std::uint64_t w = 0; w < words * copies; w++) {
    mask[w / 2] = static_cast<std::uint8_t>(mask[w / 2] | codes[w % words] << 2 << (w % 2 * 4));
  }
  return mask;
}

// Null for objects without pointers. An object of one word gets a pointer type in any case: the
// allocator would merge pointer-free objects below 16 bytes into one block.
const Type* type_of(LoadedHeap& heap, const traces::HeapGraph& graph, std::size_t i) {
  const bool no_pointers = graph.first_field[i] == graph.first_field[i + 1];
  if (no_pointers && graph.size[i] >= runtime_core::tiny_size) return nullptr;
  std::vector<std::uint8_t> mask = mask_of(graph, i);
  if (graph.size[i] == runtime_core::ptr_size)
    mask.assign(1, bits_pointer << 2 | bits_pointer << 6);
  std::vector<std::uint8_t> key = mask;
  for (int b = 0; b < 8; b++) key.push_back(static_cast<std::uint8_t>(graph.size[i] >> (8 * b)));
  const Type*& known = heap.by_mask[key];
  if (known == nullptr) {
    heap.masks.push_back(std::move(mask));
    Type type{};
    type.size = graph.size[i];
    type.kind = runtime_core::kind_struct;
    type.align = 8;
    type.gc[0] = reinterpret_cast<std::uintptr_t>(heap.masks.back().data());
    heap.types.push_back(type);
    known = &heap.types.back();
  }
  return known;
}

void copy_graph(LoadedHeap& heap) {
  const traces::HeapGraph& graph = heap.graph;
  for (const auto& field : graph.fields) {
    heap.fields.push_back({field.offset, word_of(field.word)});
  }
  for (const auto& root : graph.roots) heap.roots.push_back(word_of(root));
  for (const auto& f : graph.finalizers) {
    heap.finalizers.push_back({word_of(f.object), word_of(f.function), f.queued});
  }
  for (std::size_t i = 0; i < graph.objects(); i++) heap.type.push_back(type_of(heap, graph, i));
  heap.reachable = traces::reachable(graph).marked;
  heap.object_bytes = graph.object_bytes();
  heap.root_words = graph.roots.size();
}

}  // namespace

std::unique_ptr<LoadedHeap> load_heap(const std::string& path, std::string* error) {
  const auto dump = traces::read_heap_dump_file(path);
  if (!dump) {
    *error = path + ": " + dump.error.describe();
    return nullptr;
  }
  auto graph = traces::make_heap_graph(*dump);
  if (!graph) {
    *error = path + ": " + graph.error.describe();
    return nullptr;
  }
  auto heap = std::make_unique<LoadedHeap>();
  heap->params = dump->params;
  heap->graph = std::move(*graph);
  copy_graph(*heap);
  heap->input = {heap->graph.objects(),  heap->graph.size.data(),
                 heap->type.data(),      heap->graph.first_field.data(),
                 heap->fields.data(),    heap->roots.size(),
                 heap->roots.data(),     heap->finalizers.size(),
                 heap->finalizers.data()};
  return heap;
}

}  // namespace cli
