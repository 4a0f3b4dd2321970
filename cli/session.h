// A machine made ready for one scenario: memory model, explorer, checkers and input from the
// options.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "checkers/phase_operations.h"
#include "checkers/shadow.h"
#include "cli/audit.h"
#include "cli/corpus.h"
#include "cli/inputs.h"
#include "cli/options.h"
#include "cli/state_hashing.h"
#include "model/choice.h"
#include "model/partition.h"
#include "sim/machine.h"
#include "sim/order_table.h"

namespace cli {

// `explore` with an explorer that samples, without a limit ends after so many executions.
inline constexpr std::uint64_t sampled_executions = 10000;

// As a checker's name: none watches, and the checks of the runtime and the machine remain.
inline constexpr const char* no_checker = "none";

// One at a time: the simulated memory lives at one fixed address.
struct Session {
  // Returns what is wrong with the options, or nothing. `choices` are for the explorer "replay".
  std::string set_up(const Options& options, const std::vector<model::Choice>& choices);

  sim::Machine machine;
  scenarios::Env env{};
  std::unique_ptr<model::Explorer> explorer;
  std::unique_ptr<model::Partition> partition;  // null: the explorer does not search in parts
  std::uint64_t executions_max = 0;             // of the partition's search; 0: no limit
  std::unique_ptr<sim::MemoryModel> memory;
  sim::MemoryModel* (*make_memory)(sim::Machine& m) = nullptr;  // null: as its entry says
  std::unique_ptr<sim::OrderTable> orders;                      // null: all are as written
  Inputs inputs;
  checkers::Shadow shadow;
  std::vector<std::unique_ptr<sim::EventObserver>> checkers;
  std::unique_ptr<checkers::PhaseOperations> phases;  // null: not of this scenario
  StateHashing state_hashing;
  std::vector<model::AddressRange> interest;  // of the explorer
  Corpus corpus;                              // of the explorer fuzz
  std::unique_ptr<Auditor> auditor;           // null: no execution is audited

 private:
  std::string set_up_program(const Options& options);
  std::string set_up_orders(const Options& options);
  void watch_phases(const Options& options);
  std::string set_up_explorer(const Options& options, const std::vector<model::Choice>& choices);
  std::string make_merging(const Options& options);
  std::string make_symmetric(const Options& options);
};

}  // namespace cli
