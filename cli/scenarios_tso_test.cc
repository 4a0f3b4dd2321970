// Every search of the table ends as its line says under tso. Beside the tests of sc, since they
// take as long.
#include <doctest/doctest.h>

#include "cli/test_searches.h"

TEST_CASE("searches end as the table says: tso") { test_searches::check_all("tso", false); }
