// libFuzzer target: an allocation trace that is accepted is written back byte for byte.
#include <cstdlib>

#include "traces/alloc_trace.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  traces::AllocLimits limits;
  limits.decompressed_bytes = 1 << 20;
  const std::string input(reinterpret_cast<const char*>(data), size);
  const traces::Result<traces::AllocTrace> trace = traces::read_alloc_trace(input, limits);
  if (!trace) {
    if (trace.error.message.empty()) std::abort();
    return 0;
  }
  const std::string bytes = traces::encode_alloc_trace(*trace);
  const bool compressed = input.substr(0, 4) == "\x28\xb5\x2f\xfd";
  if (!compressed && bytes != input) std::abort();
  const traces::Result<traces::AllocTrace> again = traces::read_alloc_trace(bytes);
  if (!again || !(*again == *trace)) std::abort();
  const traces::AllocFigures figures = traces::figures_of(*trace);
  if (figures.live_end > figures.allocations || figures.frees_unmatched > figures.frees) {
    std::abort();
  }
  return 0;
}
