// One search: a scenario, a memory model and an explorer on a machine, until it ends.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "checkers/phase_operations.h"
#include "cli/estimate.h"
#include "cli/options.h"
#include "cli/shrink.h"
#include "cli/state_hashing.h"
#include "model/choice.h"
#include "model/features.h"
#include "sim/machine.h"
#include "sim/orders.h"
#include "traces/trace.h"

namespace cli {

// What coverage-guided search has seen, and keeps.
struct FuzzFigures {
  std::uint64_t inputs_read = 0;  // from the corpus folder
  std::uint64_t corpus_size = 0;  // kept inputs
  std::uint64_t written = 0;      // new ones in the folder
  std::array<std::uint64_t, model::feature_kinds> features{};
};

struct Outcome {
  std::string error;  // not empty: the search could not start
  std::string scenario;
  std::uint64_t executions = 0;  // complete ones
  std::uint64_t blocked = 0;
  std::uint64_t redundant = 0;
  std::uint64_t steps = 0;
  double seconds = 0;
  std::uint64_t hash = 0;  // of all executions, whatever their order
  std::uint64_t hash_of_last = 0;
  model::Coverage coverage = model::Coverage::sampled;
  std::vector<std::string> limits;
  std::vector<sim::Violation> violations;  // the first one found
  bool fair = true;                        // whether the last execution was; see sim::Options
  std::vector<model::Choice> choices;      // of the violating execution, else of the last
  std::vector<sim::OrderSite> sites;       // when options.keep_sites
  std::vector<std::uint64_t> race_stack, other_stack;
  std::vector<sim::StepRecord> steps_of_last;       // of the last execution, when options.record
  std::vector<traces::EventRecord> events_of_last;  // likewise; addresses by their stable names
  std::vector<std::uint64_t> hashes;                // of executions, when options.twice; see Totals
  std::string spent;                   // the limit of time or memory that ended the search
  std::optional<double> share;         // of the search that was done, at least, where known
  int signal = 0;                      // that ended the search
  std::string crash;                   // how the worker died that ran the violating execution
  std::uint64_t stack_high_water = 0;  // bytes, of all simulated threads
  std::string unrepeatable;            // an audited execution differs: where, and why
  std::uint64_t audited = 0;           // executions that were run again and compared
  bool independent_loads = false;      // see sim::MemoryModel::needs_independent_loads()
  std::vector<std::string> cycle;      // of the violation: the steps that repeat for ever
  std::string divergence;              // replay: where the run left the record
  std::optional<FuzzFigures> fuzz;     // of the explorer fuzz
  std::optional<checkers::PhaseOperations::Figures> phases;  // of all executions
  std::optional<Estimate> estimate;                          // when options.estimate
  std::optional<StateFigures> states;                        // when options.state_hashing
  std::optional<Shrunk> shrunk;  // what became of the trace of the violation
  std::vector<std::pair<std::string, std::uint64_t>> reached;
  std::vector<std::pair<std::string, std::int64_t>> results;
};

// `choices` are answered when options.explorer is "replay". Once per process: the simulated memory
// lives at one fixed address.
Outcome search(const Options& options, const std::vector<model::Choice>& choices);

}  // namespace cli
