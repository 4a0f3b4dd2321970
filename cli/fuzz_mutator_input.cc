// libFuzzer target: any text is a program, which its own text spells again, or an error with a
// place; and so is what is left of it when nothing may wait for ever.
#include <cstdint>
#include <cstdlib>

#include "cli/mutator_input.h"
#include "cli/mutator_structure.h"
#include "cli/mutator_waits.h"

namespace {

void need(bool condition) {
  if (!condition) std::abort();
}

void check_spelling(const cli::MutatorProgram& program) {
  cli::MutatorProgram again;
  std::string error;
  need(cli::parse_mutator_program(cli::write_mutator_program(program), "input", &again, &error));
  need(again == program);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  cli::MutatorProgram program;
  std::string error;
  if (!cli::parse_mutator_program(text, "input", &program, &error)) {
    need(error.starts_with("input:"));
    return 0;
  }
  check_spelling(program);
  const cli::MutatorProgram certain = cli::without_deadlock(program);
  check_spelling(certain);
  need(cli::is_certain_to_end(certain));
  check_spelling(cli::without_unused(certain));
  cli::LoadedMutators loaded;
  loaded.set(program);
  return 0;
}
