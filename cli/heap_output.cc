// Reads survivors, roots and finalizers from the simulated memory.
#include "cli/heap_output.h"

#include <algorithm>
#include <map>

#include "runtime_core/heap/special.h"
#include "runtime_core/runtime.h"

namespace cli {
namespace {

using runtime_core::SpecialFinalizer;
using scenarios::HeapDumpView;

std::uint64_t word_at(std::uint64_t address) {
  return *reinterpret_cast<const std::uint64_t*>(address);
}

void put_word(std::string& bytes, std::uint64_t offset, std::uint64_t value) {
  for (std::uint64_t b = 0; b < 8; b++) bytes[offset + b] = static_cast<char>(value >> (8 * b));
}

// From addresses of the simulation to those of the original dump.
class Translation {
 public:
  Translation(const traces::HeapGraph& graph, const HeapDumpView& view,
              const std::vector<bool>& swept)
      : graph_(graph) {
    for (std::size_t i = 0; i < graph.objects(); i++) {
      if (!swept[i]) object_at_[view.address[i]] = i;
    }
  }

  // The object that contains the address.
  const std::size_t* object_of(std::uint64_t address) const {
    auto after = object_at_.upper_bound(address);
    if (after == object_at_.begin()) return nullptr;
    --after;
    return address - after->first < graph_.size[after->second] ? &after->second : nullptr;
  }

  // What does not lead to a survivor stays what it is.
  std::uint64_t operator()(std::uint64_t address) const {
    auto after = object_at_.upper_bound(address);
    if (after == object_at_.begin()) return address;
    --after;
    const std::uint64_t interior = address - after->first;
    if (interior >= graph_.size[after->second]) return address;
    return graph_.address[after->second] + interior;
  }

 private:
  const traces::HeapGraph& graph_;
  std::map<std::uint64_t, std::size_t> object_at_;
};

void add_objects(const traces::HeapGraph& graph, const HeapDumpView& view,
                 const std::vector<bool>& swept, const Translation& translate,
                 traces::HeapDump& dump) {
  for (std::size_t i = 0; i < graph.objects(); i++) {
    if (swept[i]) continue;
    std::string bytes(graph.size[i], '\0');
    std::vector<std::uint64_t> offsets;
    for (auto f = graph.first_field[i]; f < graph.first_field[i + 1]; f++) {
      const std::uint64_t offset = graph.fields[f].offset;
      put_word(bytes, offset, translate(word_at(view.address[i] + offset)));
      offsets.push_back(offset);
    }
    dump.objects.push_back(dump.make_memory(graph.address[i], bytes, offsets));
  }
}

void add_roots(const traces::HeapGraph& graph, const HeapDumpView& view,
               const Translation& translate, traces::HeapDump& dump) {
  std::string bytes(graph.roots.size() * 8, '\0');
  std::vector<std::uint64_t> offsets;
  const auto start = reinterpret_cast<std::uint64_t>(view.roots);
  for (std::uint64_t offset = 0; offset < bytes.size(); offset += 8) {
    put_word(bytes, offset, translate(word_at(start + offset)));
    offsets.push_back(offset);
  }
  dump.data.push_back(dump.make_memory(start, bytes, offsets));
}

// Addresses of the code and types are those that the original dump has for the object.
void add_finalizer(const traces::HeapGraph& graph, const Translation& translate, bool queued,
                   std::uint64_t object, std::uint64_t function, traces::HeapDump& dump) {
  traces::DumpFinalizer added;
  added.queued = queued;
  added.object = translate(object);
  added.function = translate(function);
  if (const std::size_t* index = translate.object_of(object)) {
    for (const traces::HeapFinalizer& original : graph.finalizers) {
      if (original.object.target != *index) continue;
      added.code_pc = original.code_pc;
      added.parameter_type = original.parameter_type;
      added.object_type = original.object_type;
      break;
    }
  }
  dump.finalizers.push_back(added);
}

void add_finalizers(const traces::HeapGraph& graph, const HeapDumpView& view,
                    const Translation& translate, traces::HeapDump& dump) {
  const runtime_core::Runtime& rt = *view.rt;
  for (std::uint32_t i = 0; i < rt.heap.nspan; i++) {
    const runtime_core::MSpan* span = rt.heap.allspans[i];
    if (span->state.load(std::memory_order_relaxed) != runtime_core::span_in_use) continue;
    for (const auto* special = span->specials; special != nullptr; special = special->next) {
      if (special->kind != runtime_core::kind_special_finalizer) continue;
      const auto* finalizer = reinterpret_cast<const SpecialFinalizer*>(special);
      add_finalizer(graph, translate, false, span->base() + special->offset,
                    reinterpret_cast<std::uint64_t>(finalizer->fn), dump);
    }
  }
  for (const auto* block = rt.work.fin.finq; block != nullptr; block = block->next) {
    for (std::int32_t i = 0; i < block->cnt; i++) {
      add_finalizer(graph, translate, true, reinterpret_cast<std::uint64_t>(block->fin[i].arg),
                    reinterpret_cast<std::uint64_t>(block->fin[i].fn), dump);
    }
  }
  std::stable_sort(dump.finalizers.begin(), dump.finalizers.end(),
                   [](const auto& a, const auto& b) { return a.object < b.object; });
}

}  // namespace

traces::HeapDump dump_survivors(const LoadedHeap& heap, const HeapDumpView& view,
                                const std::vector<bool>& swept) {
  traces::HeapDump dump;
  dump.params = heap.params;
  const Translation translate(heap.graph, view, swept);
  add_objects(heap.graph, view, swept, translate, dump);
  add_roots(heap.graph, view, translate, dump);
  add_finalizers(heap.graph, view, translate, dump);
  return dump;
}

}  // namespace cli
