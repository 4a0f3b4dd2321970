// libFuzzer target: any text is a program, which its own text spells again, or an error with a
// place.
#include <cstdint>
#include <cstdlib>

#include "cli/mutator_input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  cli::MutatorProgram program, again;
  std::string error;
  if (!cli::parse_mutator_program(text, "input", &program, &error)) {
    if (error.rfind("input:", 0) != 0) std::abort();
    return 0;
  }
  const std::string spelled = cli::write_mutator_program(program);
  if (!cli::parse_mutator_program(spelled, "input", &again, &error)) std::abort();
  if (!(again == program)) std::abort();
  cli::LoadedMutators loaded;
  loaded.set(program);
  return 0;
}
