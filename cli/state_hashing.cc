// What state hashing goes with, and its figures.
#include "cli/state_hashing.h"

#include <cmath>

#include "cli/embedding.h"
#include "sim/machine.h"

namespace cli {

std::string why_not_hash_states(const Options& options, const sim::Options& machine) {
  if (embedding != nullptr) {
    return "libraries of a program of your own write memory unseen, so that its states cannot be "
           "compared";
  }
  if (options.explorer != "dfs") {
    if (model::reduces(options.explorer)) {
      return "what dpor leaves out in a state depends on how it came there; use dfs";
    }
    if (model::samples(options.explorer))
      return "there is nothing to leave out in a sample; use dfs";
    return "what a bound allows in a state depends on what was spent before; use dfs";
  }
  if (sim::find_memory_model(options.memory_model)->keeps_values) {
    return "under " + options.memory_model +
           " a state is all that loads may still return, and is not compared; use sc or tso";
  }
  if (machine.stacks != 0) {
    return "the stacks of goroutines that no thread is on cannot be compared yet";
  }
  if (options.liveness) return "--liveness: a cycle is a state that is seen again";
  if (!options.input.empty()) return "--input: what its checkers keep cannot be compared yet";
  if (options.estimate != 0) return "--estimate counts executions, not states";
  if (options.workers != 1 || !options.checkpoint.empty() || !options.resume.empty()) {
    return "--workers, --checkpoint and --resume: the parts of a search do not know each other's "
           "states";
  }
  return "";
}

std::unique_ptr<model::Explorer> StateHashing::before(std::unique_ptr<model::Explorer> explorer) {
  auto merging =
      std::make_unique<model::StateMerging>(std::move(explorer), [this] { return state_->key(); });
  merging_ = merging.get();
  return merging;
}

void StateHashing::watch(sim::Machine& machine, const Options& options) {
  if (is_on()) {
    state_ = std::make_unique<sim::PresentState>(machine, options.seed, options.symmetry);
  }
}

// Pairs of states, each with at most as many words as the largest (model/state_key.h).
StateFigures StateHashing::figures() const {
  const auto states = static_cast<double>(merging_->states());
  const auto words = static_cast<double>(state_->words_max());
  return {merging_->states(), states * states / 2 * words * std::exp2(-127)};
}

}  // namespace cli
