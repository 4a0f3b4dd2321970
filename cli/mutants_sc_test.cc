// Every mutant dies of what its line in the table names, or stays silent: sc.
#include "cli/test_mutants.h"

namespace {

TEST_CASE("mutants die or stay silent as the table says") { cli::check_mutants("sc"); }

}  // namespace
