// The structure of programs for mutator-program: where calls end, what is started, and operations
// that are left out.
#pragma once

#include <functional>
#include <optional>

#include "cli/mutator_input.h"

namespace cli {

// An operation, numbered through from main's first, that may not stand where it does.
struct Misplaced {
  std::size_t operation;
  std::string what;
};
std::optional<Misplaced> find_misplaced(const MutatorProgram& program);

// Those operations for which `stays` is true of their index. A call runs what is left of its
// operations; where it goes itself, they run in its place.
MutatorOperations only(const MutatorOperations& all, const std::function<bool(std::size_t)>& stays);

// Goroutines that nobody starts go, and so do channels and semaphores that nobody uses; the others
// get new numbers.
MutatorProgram without_unused(const MutatorProgram& program);

}  // namespace cli
