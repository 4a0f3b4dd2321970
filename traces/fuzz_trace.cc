// libFuzzer target: a trace that is accepted is written back the same.
#include <cstdlib>

#include "traces/fuzz_mutator.h"
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
