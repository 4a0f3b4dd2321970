// Every mutant that needs a weak memory model dies under it, or stays silent, as its line says.
#include "cli/test_mutants.h"

namespace {

TEST_CASE("mutants die or stay silent as the table says") {
  for (const char* memory_model : {"rc11", "armv8", "power"}) cli::check_mutants(memory_model);
}

}  // namespace
