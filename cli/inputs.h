// What --input brings to a run: the scenario's input, the checker that knows it, and its figures.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "checkers/alloc_trace_accounting.h"
#include "checkers/heap_dump_survivors.h"
#include "cli/alloc_input.h"
#include "cli/alloc_record.h"
#include "cli/heap_input.h"
#include "cli/mutator_input.h"
#include "cli/options.h"
#include "sim/machine.h"

namespace cli {

using Results = std::vector<std::pair<std::string, std::int64_t>>;

class Inputs {
 public:
  // Loads what the scenario needs into `env` and adds its checker to the machine's observers.
  // Returns an error message, or nothing. The machine must not run once *this is gone.
  std::string load(const Options& options, sim::Machine& machine, scenarios::Env& env);
  void add_figures(Results& results) const;
  // Writes options.output, if it is set. Returns an error message, or nothing.
  // REQUIRES: the run has ended without a violation and its memory is still mapped.
  std::string write_output(const Options& options, const scenarios::Env& env) const;
  // The program of mutator-program, which may be exchanged between executions; else null.
  LoadedMutators* mutators() const { return mutators_.get(); }

 private:
  std::string load_heap_dump(const Options& options, sim::Machine& machine, scenarios::Env& env);
  std::string load_changing_heap(const Options& options, scenarios::Env& env);
  std::string load_alloc_trace(const Options& options, sim::Machine& machine, scenarios::Env& env);
  std::string load_mutator_program(const Options& options, scenarios::Env& env);

  std::unique_ptr<LoadedHeap> heap_;
  std::unique_ptr<checkers::HeapDumpSurvivors> survivors_;
  std::unique_ptr<LoadedAllocs> allocs_;
  std::unique_ptr<checkers::AllocTraceAccounting> accounting_;
  std::unique_ptr<AllocRecord> record_;
  std::unique_ptr<LoadedMutators> mutators_;
};

}  // namespace cli
