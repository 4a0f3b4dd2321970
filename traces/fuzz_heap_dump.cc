// libFuzzer target: a heap dump that is accepted has a graph, and survives being written.
#include <cstdlib>

#include "traces/heap_graph.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  traces::DumpLimits limits;
  limits.decompressed_bytes = 1 << 20;
  const traces::Result<traces::HeapDump> dump =
      traces::read_heap_dump({reinterpret_cast<const char*>(data), size}, limits);
  if (!dump) {
    if (dump.error.message.empty()) std::abort();
    return 0;
  }
  const std::string bytes = traces::encode_heap_dump(*dump);
  const traces::Result<traces::HeapDump> again = traces::read_heap_dump(bytes);
  if (!again || traces::encode_heap_dump(*again) != bytes) std::abort();
  const traces::Result<traces::HeapGraph> graph = traces::make_heap_graph(*dump);
  const traces::Result<traces::HeapGraph> same = traces::make_heap_graph(*again);
  if (static_cast<bool>(graph) != static_cast<bool>(same)) std::abort();
  if (!graph) return 0;
  const traces::Reachable reachable = traces::reachable(*graph);
  if (reachable.marked != traces::reachable(*same).marked) std::abort();
  if (reachable.objects > graph->objects() || reachable.bytes > graph->object_bytes()) {
    std::abort();
  }
  return 0;
}
