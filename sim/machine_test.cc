// A machine's life.
#include "sim/machine.h"

#include <doctest/doctest.h>

#include <memory>
#include <string>

namespace {

TEST_CASE("nobody finds a machine that is gone") {
  auto machine = std::make_unique<sim::Machine>();
  auto other = std::make_unique<sim::Machine>();
  sim::the_machine = machine.get();
  other.reset();
  CHECK(sim::the_machine == machine.get());
  machine.reset();
  CHECK(sim::the_machine == nullptr);
}

}  // namespace
