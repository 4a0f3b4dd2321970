// libFuzzer target: a trace that is accepted is written back the same.
#include <cstdlib>

#include "traces/trace.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const traces::Result<traces::Trace> trace =
      traces::read_trace({reinterpret_cast<const char*>(data), size});
  if (!trace) {
    if (trace.error.message.empty() || trace.error.offset > size) std::abort();
    return 0;
  }
  const traces::Result<std::string> bytes = traces::encode_trace(*trace);
  if (!bytes) std::abort();
  const traces::Result<traces::Trace> again = traces::read_trace(*bytes);
  if (!again || again->header != trace->header || again->objects != trace->objects ||
      again->choices != trace->choices || again->keys != trace->keys ||
      again->events != trace->events) {
    std::abort();
  }
  return 0;
}

// A checksum stops nearly every mutation; this one repairs it so that the parser is reached.
extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max);
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max, unsigned) {
  size = LLVMFuzzerMutate(data, size, max);
  if (size < 8) return size;
  std::uint64_t hash = traces::fnv1a({reinterpret_cast<const char*>(data), size - 8});
  for (std::size_t i = size - 8; i < size; ++i, hash >>= 8) {
    data[i] = static_cast<std::uint8_t>(hash);
  }
  return size;
}
