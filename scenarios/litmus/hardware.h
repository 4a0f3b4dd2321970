// A litmus test on the processor that this program runs on: many instances of it, on real threads,
// and how often each final state came (in the manner of litmus7: Alglave et al., TACAS 2011).
//
// Tests of x86, and C11 tests as compiled for it. The one part of the front end whose results
// differ from run to run.
#pragma once

#include <map>
#include <span>

#include "scenarios/litmus/program.h"

namespace scenarios::litmus {

// The memory model of this processor, or null.
const char* model_of_hardware();

struct Histogram {
  std::map<std::vector<Value>, std::uint64_t> states;  // by the values of the names
  std::uint64_t instances = 0;
  std::optional<Error> error;  // what cannot be run here
};

Histogram run_on_hardware(const Test& test, std::span<const Observed> names,
                          std::uint64_t instances);

}  // namespace scenarios::litmus
