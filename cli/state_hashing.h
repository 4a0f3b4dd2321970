// Whether a search may leave out what follows from states that it has seen, and how it tells them.
#pragma once

#include <memory>
#include <string>

#include "cli/options.h"
#include "model/state_merging.h"
#include "sim/present_state.h"

namespace sim {
struct Options;
}

namespace cli {

struct StateFigures {
  std::uint64_t states = 0;
  double false_match = 0;  // an upper bound of the probability that two were taken for one
};

// Why not, with these options, or nothing.
std::string why_not_hash_states(const Options& options, const sim::Options& machine);

// The explorer, and the state that it looks at: made once the machine is prepared.
class StateHashing {
 public:
  std::unique_ptr<model::Explorer> before(std::unique_ptr<model::Explorer> explorer);
  void watch(sim::Machine& machine, const Options& options);
  bool is_on() const { return merging_ != nullptr; }
  StateFigures figures() const;

 private:
  const model::StateMerging* merging_ = nullptr;
  std::unique_ptr<sim::PresentState> state_;
};

}  // namespace cli
