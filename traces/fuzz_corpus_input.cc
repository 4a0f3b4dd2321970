// libFuzzer target: an input of a corpus that is accepted is written back the same.
#include <cstdlib>

#include "traces/corpus_input.h"
#include "traces/fuzz_mutator.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const traces::Result<traces::CorpusInput> input = traces::read_input(bytes);
  if (!input) {
    if (input.error.message.empty() || input.error.offset > size) std::abort();
    return 0;
  }
  if (traces::encode_input(input->scenario, input->input) != bytes) std::abort();
  return 0;
}
