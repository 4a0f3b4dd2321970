// Operations of a program are numbered through, goroutine by goroutine, and left out in groups.
#include "cli/mutator_shrink.h"

#include "cli/mutator_structure.h"
#include "cli/mutator_waits.h"

namespace cli {
namespace {

using scenarios::MutatorOp;

// Without so many operations, numbered through.
MutatorProgram without(const MutatorProgram& program, std::size_t begin, std::size_t end) {
  MutatorProgram left = program;
  std::size_t first = 0;  // of the goroutine
  for (MutatorOperations& operations : left.goroutines) {
    const std::size_t count = operations.size();
    operations =
        only(operations, [&](std::size_t i) { return first + i < begin || first + i >= end; });
    first += count;
  }
  return without_unused(left);
}

using Fails = std::function<bool(const MutatorProgram&)>;

// A program that is certain to end stays so: with an operation goes who waits for it.
bool leave_out(MutatorProgram& program, bool ends, const Fails& fails) {
  bool any = false;
  for (std::size_t size = (operations_of(program) + 1) / 2; size > 0; size /= 2) {
    for (std::size_t begin = 0; begin < operations_of(program);) {
      MutatorProgram smaller = without(program, begin, begin + size);
      if (ends) smaller = without_unused(without_deadlock(smaller));
      if (fails(smaller)) {
        program = std::move(smaller);
        any = true;
      } else {
        begin += size;
      }
    }
  }
  return any;
}

bool call_ordinarily(MutatorProgram& program, const Fails& fails) {
  bool any = false;
  for (std::size_t g = 0; g < program.goroutines.size(); g++) {
    for (std::size_t i = 0; i < program.goroutines[g].size(); i++) {
      if (program.goroutines[g][i].op != MutatorOp::call_deep) continue;
      MutatorProgram simpler = program;
      simpler.goroutines[g][i].op = MutatorOp::call;
      if (!fails(simpler)) continue;
      program = std::move(simpler);
      any = true;
    }
  }
  return any;
}

// Of a channel or a semaphore.
bool lower(std::vector<std::uint32_t> MutatorProgram::*numbers, MutatorProgram& program,
           const Fails& fails) {
  bool any = false;
  for (std::size_t i = 0; i < (program.*numbers).size(); i++) {
    for (std::uint32_t value = 0; value < (program.*numbers)[i]; value = 2 * value + 1) {
      MutatorProgram simpler = program;
      (simpler.*numbers)[i] = value;
      if (!fails(simpler)) continue;
      program = std::move(simpler);
      any = true;
    }
  }
  return any;
}

}  // namespace

MutatorProgram shrink_program(MutatorProgram program, const Fails& fails_as_it_is) {
  const bool ends = is_certain_to_end(program);
  const Fails fails = [&](const MutatorProgram& simpler) {
    return (!ends || is_certain_to_end(simpler)) && fails_as_it_is(simpler);
  };
  for (bool any = true; any;) {
    any = leave_out(program, ends, fails);
    any = call_ordinarily(program, fails) || any;
    any = lower(&MutatorProgram::capacities, program, fails) || any;
    any = lower(&MutatorProgram::units, program, fails) || any;
  }
  return program;
}

}  // namespace cli
