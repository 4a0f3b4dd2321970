// Enumerates the execution graphs of a litmus test, each once.
//
// Loads are answered one by one: the choice stream says which store a load reads. A load may also
// be put off, to read a store that does not exist yet, or whose value is not known yet; so loads
// can read from stores that program order puts behind them, and no graph is built twice. What no
// order of answers leads to has a cycle of dependencies and reads-from, which every model here
// forbids. When all loads are answered, the coherence orders that agree with program order at each
// location are tried one after the other.
#pragma once

#include <functional>

#include "scenarios/litmus/thread_run.h"

namespace scenarios::litmus {

struct EnumerationOptions {
  // Naive: every order of answering the loads, so that graphs come many times. For comparison.
  bool every_order = false;
  std::uint32_t iterations = 2;  // of each loop: how often it may go round again
  std::uint64_t graphs_max = 0;  // and answers that lead to none; 0: no limit
};

struct EnumerationResult {
  std::uint64_t graphs = 0;   // that were judged
  std::uint64_t blocked = 0;  // answers that lead to no graph
  bool cut = false;           // a loop was cut
  bool limit_hit = false;
  std::optional<Error> error;
};

// The final state of a graph.
struct FinalState {
  const std::vector<ThreadRun>* runs;
  std::vector<Value> memory;  // by location
  Value of(const Observed& o) const {
    if (o.thread < 0) return memory[o.index];
    return *(*runs)[static_cast<std::size_t>(o.thread)].registers[o.index];
  }
};

using Visit = std::function<void(const sim::axioms::Execution&, const FinalState&)>;
EnumerationResult enumerate(const Test& test, const EnumerationOptions& options,
                            const Visit& visit);

}  // namespace scenarios::litmus
