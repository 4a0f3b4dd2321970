// libFuzzer target: any input is an error with a place inside it, or a test that can be judged.
#include <cstdlib>

#include "scenarios/litmus/outcome.h"
#include "scenarios/litmus/parser.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace scenarios::litmus;
  const ParseResult parsed = parse_test({reinterpret_cast<const char*>(data), size});
  if (!parsed.test) {
    if (parsed.error.message.empty() || parsed.error.place.line == 0) std::abort();
    return 0;
  }
  JudgeOptions options;
  options.witness = true;
  options.enumeration.iterations = 1;
  options.enumeration.graphs_max = 50;
  const auto models = models_of(parsed.test->architecture);
  const Judgement judgement = judge(*parsed.test, models, options);
  for (const Outcome& outcome : judgement.outcomes) {
    if (report(*parsed.test, judgement, outcome).empty()) std::abort();
  }
  return 0;
}
